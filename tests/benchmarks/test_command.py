from core import __main__ as program
from core.cli.commands import main


def test_the_command_runs_the_benchmark_with_its_file(monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr("core.benchmarks.bench.run_bench", ran.append)
    file = tmp_path / "bench.json"
    assert main(["bench", "--json", str(file)], {"bench": program.bench}) == 0
    assert ran == [file]

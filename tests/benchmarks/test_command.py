"""The commands of the benchmarks: what they pass on, and what they refuse before the work."""

import pytest

from core import __main__ as program
from core.cli.commands import main

COMMANDS = {"bench": program.bench, "load": program.load}


def test_the_command_runs_the_benchmark_with_its_file(monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr("core.benchmarks.bench.run_bench", ran.append)
    file = tmp_path / "bench.json"
    assert main(["bench", "--json", str(file)], COMMANDS) == 0
    assert ran == [file]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bench", "--json", "/no/such/bench.json"], "There is no folder /no/such"),
        (["load", "--json", "/no/such/load.json"], "There is no folder /no/such"),
        (["load", "--json", "/"], "/ is a folder"),
        (["load", "--rate", "0"], "Rate must be from 0.01 to 100 actions per second, not 0."),
        (["load", "--rate", "nan"], "Rate must be"),
        (["load", "--visitors", "3", "0"], "Visitors must be from 1 to 10000, not 0."),
        (["load", "--seconds", "-1"], "Seconds must be"),
        (["load", "--after", "inf"], "Seconds until the last look must be"),
        (["load", "--against", "a'"], """The options "a'" cannot be read: No closing quotation."""),
    ],
)
def test_bad_input_is_refused_before_the_work(words, sentence, monkeypatch, capsys):
    def measured(*_):
        pytest.fail("measured")

    monkeypatch.setattr("core.benchmarks.bench.run_bench", measured)
    monkeypatch.setattr("core.benchmarks.load.run.measure", measured)
    assert main(words, COMMANDS) == 2
    assert sentence in capsys.readouterr().err

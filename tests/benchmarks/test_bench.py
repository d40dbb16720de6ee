import json
import os

import pytest

from core.benchmarks import bench
from core.benchmarks.bench import NotMeasured, Row, interleaved, run_bench


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    for name, value in bench.ONE_THREAD.items():
        monkeypatch.setenv(name, value)


def quick():
    return Row(what="sums", against="slow sums", baseline=300, ours=20, at_least=4, note="a note")


def absent():
    raise NotMeasured("No browser here.")


def test_the_table_and_its_json(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench, "ROWS", (quick, absent))
    run_bench(tmp_path / "bench.json")
    printed = capsys.readouterr().out
    assert "sums (a note)" in printed
    assert "15.0×" in printed
    assert "against slow sums" in printed
    assert "absent: not measured. No browser here." in printed
    written = json.loads((tmp_path / "bench.json").read_text())
    assert [(row["what"], row["ratio"], row["aim"]) for row in written["rows"]] == [
        ("sums", 15, None)
    ]
    assert written["machine"]["cores"] == os.cpu_count()


def test_libraries_are_held_to_one_thread(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(bench.subprocess, "run", lambda *args, **options: started.append(options))
    monkeypatch.setattr(bench, "ROWS", (absent,))
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    run_bench(tmp_path / "bench.json")
    assert started[0]["env"]["OMP_NUM_THREADS"] == "1"
    assert not (tmp_path / "bench.json").exists()


def test_both_sides_take_turns():
    calls = []
    slow, fast = interleaved(
        lambda: calls.append("baseline"), lambda: calls.append("ours"), rounds=2, ours_each=2
    )
    assert calls == ["baseline", "ours", *["baseline", "ours", "ours"] * 2]
    assert slow >= 0
    assert fast >= 0


@pytest.mark.parametrize(
    "row", [bench.forward_and_adjoint, bench.new_geometry, bench.operator_memory]
)
def test_a_row_measures_what_it_says(row, monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path))

    def once(baseline, ours, **_):
        baseline()
        ours()
        return 30.0, 1.0

    monkeypatch.setattr(bench, "interleaved", once)
    measured = row()
    assert measured.ratio > 4
    assert measured.what
    assert measured.against

"""The file of the samplers' scores, and the tables that are made of it."""

import json
import math
import statistics
from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.errors import InputError
from core.evaluation import uncertainty, uncertainty_scores
from core.evaluation.readme import RESULTS, between
from core.evaluation.uncertainty import VIEWS, digest_of, samplers
from core.evaluation.uncertainty_scores import MARK, as_json, as_markdown, load, mean_of, save
from core.geometry.views import EvenViews
from core.ui.uncertainty.stored_scores import scores_table
from tests.helpers.printed_tables import tables_of

SLICES = 8


def test_every_sampler_has_scores_for_every_scan_with_the_settings_that_it_has_now():
    rows = load()
    methods = samplers(rows[0].samples)
    assert {(row.scan, row.method, row.digest) for row in rows} == {
        (scan, method.name, digest_of(scan, method, SLICES)) for scan in VIEWS for method in methods
    }
    assert len(rows) == len(VIEWS) * len(methods) * 2 * SLICES


@pytest.mark.parametrize(
    ("constant", "value"), [("SIZE", 128), ("NOISE", 0.02), ("BLUR", 3.0), ("VIEWS", {})]
)
def test_a_row_belongs_to_the_scan_that_it_was_made_with(constant, value, monkeypatch):
    name, method = next(iter(VIEWS)), samplers(4)[0]
    before = digest_of(name, method, SLICES)
    assert before == digest_of(name, method, SLICES)
    monkeypatch.setattr(uncertainty, constant, value or {name: EvenViews(angles=5)})
    assert digest_of(name, method, SLICES) != before


def test_the_results_show_the_scores_of_the_file():
    text = RESULTS.read_text(encoding="utf-8")
    assert between(MARK, text, as_markdown(load())) == text, "run `python -m core uncertainty`"


def test_what_the_page_says_of_the_samplers_is_measured():
    """Means over the slices of both heads, at 21 views and at 120°."""
    rows = load()

    def mean(scan, method, column):
        mine = [getattr(row, column) for row in rows if (row.scan, row.method) == (scan, method)]
        return sum(mine) / len(mine)

    few, half = "21 views", "27 views over 120°"
    assert mean(few, "diffpir", "coverage") < 0.6 < 0.88 < mean(few, "diffpir", "coverage_own")
    # Split Gibbs spreads by a third more; Langevin is wide, and no better at saying where.
    assert mean(few, "split_gibbs", "spread_over_skill") == pytest.approx(
        1.33 * mean(few, "diffpir", "spread_over_skill"), rel=0.1
    )
    assert mean(few, "annealed_langevin", "coverage") > 0.85
    assert mean(few, "annealed_langevin", "correlation") < mean(few, "diffpir", "correlation")
    assert abs(mean(few, "gaussian_posterior", "correlation")) < 0.05
    # One width for all fails where it matters; at 120° the deviation hardly says where.
    assert mean(few, "diffpir", "quarter_constant") < 0.85 < mean(few, "diffpir", "quarter_own")
    assert mean(half, "diffpir", "correlation") < 0.15 < mean(few, "diffpir", "correlation")


def test_the_deviation_of_a_column_is_that_of_a_sample():
    rows = load()[:5]
    assert mean_of(rows, "snr")[1] == pytest.approx(statistics.stdev(row.snr for row in rows))


def test_rows_replace_those_of_the_same_scan_and_sampler(tmp_path):
    rows, path = load(), tmp_path / "scores.json"
    save(rows, path)
    assert load(path) == rows
    save(rows[:SLICES], path)
    assert len(load(path)) == len(rows) - SLICES
    assert load(tmp_path / "none.json") == ()
    path.write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        load(path)


def test_a_new_sampler_has_its_place_among_the_rows(tmp_path, monkeypatch):
    rows, path = load(), tmp_path / "scores.json"
    newest = SimpleNamespace(name="newest")
    monkeypatch.setattr(uncertainty_scores, "samplers", lambda count: (newest, *samplers(count)))
    save([rows[0], replace(rows[0], method="newest")], path)
    assert [row.method for row in load(path)] == ["newest", rows[0].method]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_measure_that_is_no_number_is_null_in_the_file(tmp_path, value):
    row, path = load()[0], tmp_path / "scores.json"
    save([replace(row, correlation=value)], path)
    (again,) = load(path)
    assert math.isnan(again.correlation)
    assert replace(again, correlation=row.correlation) == row
    assert json.loads(as_json([again]))[0]["correlation"] is None


def test_the_tables_of_the_page_have_a_row_for_each_sampler():
    found = tables_of(scores_table(load()))
    assert len(found) == len(VIEWS)
    assert all(len(table) == 5 for table in found)

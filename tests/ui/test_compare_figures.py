"""The page Compare: the table of what is known, the curves of a sweep, and the sortable table."""

import csv
import io

import numpy as np
import pytest

from core.evaluation.sweep_table import sweep_csv
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.base import DirectMethod, Method
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.problem.images import RandomEllipses
from core.problem.scan import Scan
from core.studies.compared_sweep import condition_sweep
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.slices import scans_like
from core.ui.compare import sweep_step
from core.ui.compare.overview import HEADINGS, overview_table
from core.ui.figures.payload import pack
from tests.helpers.payload_reader import unpack

SCAN = Scan(
    size=64,
    image=RandomEllipses(seed=3),
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0),
)
PAIR = (EvaluatedMethod(method=FBP()), EvaluatedMethod(method=CGLS(iterations=4)))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_method_says_what_is_known_of_it(method):
    assert method.guarantee.endswith(".")
    assert method.cost
    assert not method.minimises.endswith(".")
    penalised = method.regulariser_value is not Method.regulariser_value
    assert method.minimises or not penalised
    assert (method.operator_use == "once") == (
        issubclass(method, DirectMethod) or method.name == "unet"
    )


def test_the_overview_has_every_method_once():
    table = overview_table(METHODS)
    head, _, *rows = table.splitlines()
    assert head.count("|") == len(HEADINGS) + 1
    names = [name for row in rows for name in row.split("|")[1].strip(" *").split(", ")]
    assert sorted(names) == sorted(method.title for method in METHODS)
    assert len(rows) < len(METHODS)  # the unrolled networks share a row


def test_a_sweep_has_a_curve_for_each_method_with_bars_where_there_are_slices():
    sweep = condition_sweep(scans_like(SCAN, 2), "arc", PAIR)
    result = sweep.comparison.compute(lambda *args, **kwargs: False)
    figure = sweep_step.sweep_figure(sweep, result, "arc", "snr")
    assert [trace["name"] for trace in figure["data"]] == ["Filtered back-projection", "CGLS"]
    mean, deviation, _ = sweep.spread(result, "snr")
    for number, trace in enumerate(figure["data"]):
        np.testing.assert_array_equal(trace["y"], mean[:, number])
        np.testing.assert_array_equal(trace["error_y"]["array"], deviation[:, number])
    table = list(csv.DictReader(io.StringIO(sweep_csv(sweep, result))))
    assert len(table) == len(sweep.values) * 2
    last = table[-1]
    assert (last["method"], last["slices"], last["point"]) == ("CGLS", "2", sweep.labels[-1])
    assert float(last["snr"]) == mean[-1, 1]
    assert float(last["snr_deviation"]) == deviation[-1, 1]
    single = condition_sweep((SCAN,), "arc", PAIR)
    alone = single.comparison.compute(lambda *args, **kwargs: False)
    (one, *_) = csv.DictReader(io.StringIO(sweep_csv(single, alone)))
    assert (one["slices"], one["snr_deviation"], one["residual"] != "") == ("1", "", True)
    assert "error_y" not in sweep_step.sweep_figure(single, alone, "arc", "snr")["data"][0]


def test_an_array_that_stands_in_many_places_is_sent_once():
    truth = np.arange(10_000, dtype=np.float32)
    once, thrice = pack({"a": [truth]}), pack({"a": [truth, truth, truth]})
    assert len(thrice) < len(once) + 1000
    for array in unpack(thrice)["a"]:
        np.testing.assert_array_equal(array, truth)

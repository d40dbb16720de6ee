"""The rules that stop a run, as the workbench shows them."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.jobs.executor import ThreadExecutor
from core.jobs.queue import Jobs
from core.methods.lsqr import LSQR
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.support.parameter_selection import NoiseNorm
from core.methods.support.reconstruction import reconstruct
from core.methods.support.stopping_rules import StoppingCurve
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Scan
from core.storage.store import Store
from core.studies.stopping import StoppingResult, StoppingStudy
from core.ui.figures.curves import curves_figure
from core.ui.workbench import stopping_marks
from core.ui.workbench.displayed_result import Entry, styles_for
from core.ui.workbench.stopping import rule_marks, stopping_table
from core.ui.workbench.stopping_marks import stop_series, stops_of

RESULT = StoppingResult(
    curve=StoppingCurve(
        values=np.arange(4.0),
        residual_norm=np.array([9.0, 4.0, 2.0, 1.0]),
        penalty=np.ones(4),
        freedom=np.array([0.0, 1.0, 2.0, 60.0]),
        snr=np.array([0.0, 5.0, 8.0, 7.25]),
        rays=100,
        whiteness=np.array([3.0, 2.0, 1.0, 0.5]),
    ),
    noise=NoiseNorm(value=4.5, known=True),
    ended=True,
)


def test_each_rule_has_its_iteration_and_what_it_loses():
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in stopping_table(RESULT).splitlines()[2:]
    ]
    found = {row[0]: row[1:4] for row in rows}
    assert found["discrepancy"] == ["1", "5.00", "3.00 dB"]
    assert found["NCP"] == ["3", "7.25", "0.75 dB"]
    assert found["GCV"] == ["2", "8.00", "0.00 dB"]
    assert found["oracle"] == ["2", "8.00", "0.00 dB"]
    assert [mark.x for mark in rule_marks(RESULT.choices, RESULT.curve.values)] == [1, 3, 2, 2]


def tab(iterations):
    import streamlit as st

    from core.geometry.beams import ParallelBeam
    from core.geometry.views import EvenViews
    from core.methods.lsqr import LSQR
    from core.problem.scan import Scan
    from core.ui.controls import drawn_controls, permalink
    from core.ui.workbench.parameter_selection import choosing_tab

    permalink.begin("test")
    drawn_controls.begin("test")
    wanted = st.session_state.get("k", iterations)
    beam = ParallelBeam(views=EvenViews(angles=8), detectors=32, detector_width=2.0)
    method = LSQR(iterations=wanted)
    choosing_tab(Scan(size=64, beam=beam), {"A": method})
    st.text(st.session_state.get("stopping: method A"))
    permalink.finish()


def test_the_iteration_number_is_offered_and_a_click_keeps_the_curve():
    app = AppTest.from_function(tab, args=(12,), default_timeout=60).run()
    assert not app.exception
    (choice,) = (group for group in app.button_group if group.label == "Parameter")
    assert choice.options == ["Damping", "Iteration number"]
    choice.set_value("iterations").run()
    assert not app.exception
    assert "iterations=12" in app.text[0].value
    app.session_state["k"] = 5  # as a click on the curve does
    app.run()
    assert "iterations=12" in app.text[0].value
    app.session_state["k"] = 20
    app.run()
    assert "iterations=20" in app.text[0].value


SMALL = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=48, detector_width=1.5),
    noise=GaussianNoise(level=0.05),
)


@pytest.fixture
def jobs(monkeypatch):
    """Jobs of this test alone."""
    own = Jobs(ThreadExecutor(1), Store(None))
    monkeypatch.setattr(stopping_marks, "the_jobs", lambda: own)
    monkeypatch.setattr(stopping_marks, "visitor", lambda: "me")
    return own


def done(method, letter="A"):
    data = SMALL.simulate()
    result = reconstruct(method, data)
    entry = Entry(
        letter=letter,
        method=method,
        image=result.image,
        history=result.history,
        stop=result.stop,
        style=styles_for([method])[0],
    )
    return entry, data


def test_a_run_has_the_mark_of_the_discrepancy_principle_by_itself(jobs):
    entry, data = done(LSQR(iterations=40))
    other, _ = done(RegularisedLeastSquares(iterations=10), "B")
    (stop,) = stops_of(SMALL, data, [entry, other])  # the weight regularises the other one
    assert stop.rule == "discrepancy"
    norm = np.linalg.norm(data.data - data.clean)
    residuals = entry.history["residual"] * np.linalg.norm(data.data)
    # The rule knows the expected norm of the noise; that of this draw is within 10 % (576 rays).
    assert residuals[stop.row] < 1.1 * norm
    assert residuals[stop.row - 1] > 0.9 * norm
    lost = entry.history["snr"].max() - entry.history["snr"][stop.row]
    assert lost > 0
    assert (stop.words, stop.loss) == (f"A {stop.row}", f"A −{lost:.1f} dB")
    clean = replace(SMALL, noise=NoNoise())
    assert not stops_of(clean, clean.simulate(), [entry])


def test_once_the_iterates_are_judged_each_rule_has_its_point_on_the_curves(jobs):
    entry, data = done(LSQR(iterations=40))
    study = StoppingStudy(scan=SMALL, method=entry.method)
    result = jobs.submit(study.task, "me").wait(60).result
    stops = stops_of(SMALL, data, [entry])
    assert {stop.rule: stop.row for stop in stops} == {
        one.rule: one.index for one in result.choices if one.rule != "oracle"
    }
    series = stop_series(stops, "snr", "iteration", log_x=True)
    assert [one.name.split(":")[0] for one in series] == ["discrepancy", "NCP", "GCV"]
    for one, stop in zip(series, stops, strict=True):
        assert (one.x, one.y) == ([stop.row], [entry.history["snr"][stop.row]])
    curves_figure(series, x_title="", y_title="")

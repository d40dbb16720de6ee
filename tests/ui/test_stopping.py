"""The rules that stop a run, as the workbench shows them."""

import numpy as np
from streamlit.testing.v1 import AppTest

from core.methods.support.parameter_selection import NoiseNorm
from core.methods.support.stopping_rules import StoppingCurve
from core.studies.stopping import StoppingResult
from core.ui.workbench.stopping import rule_marks, stopping_table

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
    from core.ui.controls import parameter_controls, permalink
    from core.ui.workbench.parameter_selection import choosing_tab

    permalink.begin("test")
    parameter_controls.begin("test")
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

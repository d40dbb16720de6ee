import itertools
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.methods import METHODS
from core.parameter import Parameter
from core.parameters import parameters_of
from core.ui.controls.parameter_controls import label_of
from core.ui.controls.slider_stops import log_stops, round_step


def test_log_stops_are_even_on_the_logarithm_and_end_at_the_bounds():
    stops = log_stops(Parameter(name="s", default=1.0, low=1e-3, high=20.0, log=True))
    assert (stops[0], stops[-1]) == (1e-3, 20.0)
    ratios = [b / a for a, b in itertools.pairwise(stops)]
    assert 1.1 < min(ratios) <= max(ratios) < 1.3
    assert {0.01, 0.1, 1.0, 10.0} <= set(stops)


def test_log_stops_of_a_whole_number_are_whole():
    stops = log_stops(Parameter(name="n", default=50, low=1, high=1000, log=True))
    assert all(isinstance(stop, int) for stop in stops)
    assert stops[:3] == [1, 2, 3]
    assert stops[-1] == 1000


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [
        (0, 1, 0.01),
        (0, 359.9, 2.0),
        (-1, 1, 0.02),
        (0, 0.5, 0.005),
        (0.05, 3, 0.01),
        (0.1, 12, 0.1),
    ],
)
def test_a_slider_takes_round_steps(low, high, step):
    assert round_step(low, high) == step


def test_the_sliders_of_the_methods_stop_at_their_ends_and_their_defaults():
    for method in METHODS:
        for p in parameters_of(method):
            if isinstance(p.default, float) and p.high is not None and not p.log:
                stops = (np.array([p.default, p.high]) - p.low) / round_step(p.low, p.high)
                np.testing.assert_allclose(stops, stops.round(), atol=1e-6, err_msg=p.name)


def test_a_label_has_symbol_and_unit():
    parameter = Parameter(name="step_size", default=1.0, symbol=r"\tau", unit="px")
    assert label_of(parameter) == r"Step size $\tau$ (px)"


def app():
    import streamlit as st

    from core.parameter import Parameter
    from core.ui.controls import drawn_controls, permalink
    from core.ui.controls.parameter_controls import control

    permalink.begin("test")
    drawn_controls.begin("test")
    values = [
        control(Parameter(name="size", default=10, low=1, high=20)),
        control(Parameter(name="weight", default=0.01, low=1e-4, high=1.0, log=True)),
        control(Parameter(name="filter", default="hann", choices=("none", "hann"))),
        control(Parameter(name="positive", default=False)),
        control(Parameter(name="seed", default=3, low=0, high=9), typed=True),
        control(Parameter(name="rule", default="a", choices=tuple("abcdef"))),
    ]
    if st.checkbox("more"):
        values.append(control(Parameter(name="extra", default=1.0, low=0.0, high=5.0), typed=True))
    st.json({"values": values, "query": permalink.current().query, "notes": permalink.finish()})


def run(at):
    at.run()
    assert not at.exception
    return json.loads(at.json[0].value)


def test_every_kind_of_parameter_has_its_widget_and_its_place_in_the_link():
    at = AppTest.from_function(app)
    assert run(at) == {"values": [10, 0.01, "hann", False, 3, "a"], "query": {}, "notes": []}
    at.slider(key="size").set_value(12)
    at.select_slider(key="weight").set_value(0.1)
    at.toggle(key="positive").set_value(True)
    at.number_input(key="seed").set_value(4)
    at.selectbox(key="rule").set_value("e")
    found = run(at)
    assert found["values"] == [12, 0.1, "hann", True, 4, "e"]
    assert found["query"] == {
        "size": "12",
        "weight": "0.1",
        "positive": "true",
        "seed": "4",
        "rule": "e",
    }


def test_a_link_sets_the_widgets_once():
    at = AppTest.from_function(app)
    link = {"size": "99", "weight": "0.0123", "filter": "none", "seed": "x", "extra": "2"}
    for name, text in link.items():
        at.query_params[name] = text
    found = run(at)
    assert found["values"] == [20, 0.0123, "none", False, 3, "a"]
    assert len(found["notes"]) == 2
    at.slider(key="size").set_value(5)
    found = run(at)
    assert found["values"][:2] == [5, 0.0123]
    assert found["notes"] == []


def test_a_control_that_was_away_comes_back_with_its_value():
    at = AppTest.from_function(app)
    run(at)
    at.checkbox[0].set_value(True)
    run(at)
    at.number_input(key="extra").set_value(4.5)
    assert run(at)["values"][-1] == 4.5
    at.checkbox[0].set_value(False)
    assert "extra" not in run(at)["query"]
    at.checkbox[0].set_value(True)
    assert run(at)["values"][-1] == 4.5


def app_with_a_range_that_follows():
    import streamlit as st

    from core.parameter import Parameter
    from core.ui.controls import drawn_controls, permalink
    from core.ui.controls.parameter_controls import control

    permalink.begin("test")
    drawn_controls.begin("test")
    size = control(Parameter(name="size", default=10, low=2, high=20))
    row = control(Parameter(name="row", default=8, low=0, high=size - 1))
    level = control(Parameter(name="level", default=2, low=1, high=9), options=range(1, size))
    st.json({"values": [size, row, level], "notes": permalink.finish()})


def test_a_widget_whose_range_changes_is_told_its_value():
    # To the browser it is a new one, which starts at its lowest value unless it is told.
    at = AppTest.from_function(app_with_a_range_that_follows, default_timeout=60)
    assert run(at)["values"] == [10, 8, 2]
    for size, row in ((20, 8), (5, 4), (20, 4)):
        at.slider(key="size").set_value(size)
        assert run(at)["values"] == [size, row, 2]
        slider = at.slider(key="row").proto
        assert (slider.set_value, list(slider.value)) == (True, [row])
        assert at.select_slider(key="level").proto.set_value
    at.run()
    assert not at.slider(key="row").proto.set_value, "it is not thrown back while it is moved"


def test_a_parameter_that_does_nothing_is_drawn_faintly():
    def page():
        from core.methods.plug_and_play import PlugAndPlay
        from core.ui.controls import drawn_controls, parameter_controls, permalink

        permalink.begin("Plug")
        drawn_controls.begin("Plug")
        parameter_controls.method_controls(PlugAndPlay, key="p")

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    for solver, counts in {
        "admm": {"balance"},
        "proximal_gradient": {"step", "sharpen"},
        "gradient_step": {"balance"},
    }.items():
        app.session_state["p.solver"] = solver
        app.run()
        widgets = [app.slider(key="p.step"), app.toggle(key="p.sharpen")]
        widgets.append(app.select_slider(key="p.balance"))
        assert {w.key.removeprefix("p.") for w in widgets if not w.disabled} == counts


def list_app():
    import streamlit as st

    from core.parameter import Parameter
    from core.ui.controls import drawn_controls, permalink
    from core.ui.controls.parameter_controls import control

    permalink.begin("test")
    drawn_controls.begin("test")
    listed = Parameter(name="angles", default=(0.0, 10.0), low=-90.0, high=90.0, most=3)
    if st.button("follow"):
        permalink.follow({"angles": "1,2"}, ("angles",))
    value = control(listed)
    st.json({"value": value, "query": permalink.current().query, "notes": permalink.finish()})


def test_a_list_is_typed_and_what_is_none_is_told():
    at = AppTest.from_function(list_app)
    assert run(at)["value"] == [0, 10]
    at.text_area(key="angles as text").set_value("0, 12.5 -30")
    assert run(at) == {"value": [0, 12.5, -30], "query": {"angles": "0,12.5,-30"}, "notes": []}
    for text, sentence in {
        "0, ten": "Angles must be numbers with commas between them, not '0, ten'.",
        "0 1 2 3": "Angles may have up to 3 numbers, not 4.",
        "95": "Angles must be from -90 to 90, not 95.",
        "": "Angles must be a list of numbers",
    }.items():
        at.text_area(key="angles as text").set_value(text)
        assert run(at)["value"] == [0, 12.5, -30]
        assert sentence in at.error[0].value
        assert at.text_area(key="angles as text").value == text


def test_a_list_follows_a_link_and_a_preset():
    at = AppTest.from_function(list_app)
    at.query_params["angles"] = "5,6"
    assert run(at)["value"] == [5, 6]
    assert at.text_area(key="angles as text").value == "5,6"
    at.text_area(key="angles as text").set_value("7")
    assert run(at)["value"] == [7]
    at.button[0].click()
    run(at)
    assert run(at)["value"] == [1, 2]
    assert at.text_area(key="angles as text").value == "1,2"


def test_a_list_in_a_link_that_is_too_long_is_told():
    at = AppTest.from_function(list_app)
    at.query_params["angles"] = "1,2,3,4"
    found = run(at)
    assert found["value"] == [0, 10]
    assert found["notes"] == [
        "Angles may have up to 3 numbers, not 4; the link was read with 0,10."
    ]

"""Beside the controls of a method stands what is known of it before it runs."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from core.methods.admm import ADMM
from core.methods.fbp import FBP
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.robust_least_squares import RobustLeastSquares
from core.methods.unet import UNet
from core.ui.workbench.values_line import differences, values_line
from tests.helpers.entries import entry


def columns(filter):
    from core.methods.fbp import FBP
    from core.ui.controls import drawn_controls, permalink
    from core.ui.workbench.method_columns import method_slots

    permalink.begin("test")
    permalink.current()._wanted["a.fbp.filter"] = filter
    drawn_controls.begin("test")
    method_slots((FBP,), ("fbp",))
    permalink.finish()


@pytest.mark.parametrize("filter", ["ram-lak", "hann", "tukey", "kaiser", "none"])
def test_a_filter_that_takes_the_brightness_away_says_so_where_it_is_chosen(filter):
    app = AppTest.from_function(columns, args=(filter,), default_timeout=60).run()
    assert not app.exception
    (box,) = (box for box in app.selectbox if "Filter" in box.label)
    assert box.value == filter
    caution = FBP(filter=filter).caution()
    said = [caption.value for caption in app.caption if "warning" in caption.value]
    assert said == ([f":material/warning: {caution}"] if caution else [])
    assert bool(caution) == (filter not in ("ram-lak", "hann"))


def cards(link):
    import streamlit as st

    from core.methods.fbp import FBP
    from core.methods.regularised_least_squares import RegularisedLeastSquares
    from core.ui.controls import drawn_controls, permalink
    from core.ui.workbench.method_columns import method_slots

    permalink.begin("test")
    if "seen" not in st.session_state:
        permalink.current()._wanted.update(link)
        st.session_state.seen = True
    drawn_controls.begin("test")
    slots = method_slots((RegularisedLeastSquares, FBP), ("regularised_least_squares", "fbp"))
    permalink.finish()
    st.text(repr(slots.chosen))
    st.text(slots.height)


def test_one_card_is_open_and_the_others_keep_their_values():
    """The values of a link count, whether their controls are drawn or not."""
    link = {"b.fbp.cutoff": "0.5", "a.regularised_least_squares.epsilon": "7"}
    app = AppTest.from_function(cards, args=(link,), default_timeout=60).run()

    def drawn():
        return {box.label for box in (*app.slider, *app.select_slider)}

    def chosen():
        assert not app.exception
        found, height = app.text
        assert "epsilon=7" in found.value
        assert "cutoff=0.5" in found.value
        return int(height.value)

    assert "Epsilon ε" in drawn()
    assert chosen() > 0

    def open_card(letter):
        (choice,) = (group for group in app.button_group if group.label == "Settings of")
        choice.set_value(letter).run()

    open_card("b")
    assert "Epsilon ε" not in drawn()
    assert "Cutoff (of the highest frequency)" in drawn()
    chosen()
    open_card("none")
    assert drawn() == set()
    assert chosen() == 0
    open_card("a")
    (epsilon,) = (box for box in app.select_slider if box.label == "Epsilon ε")
    assert epsilon.value == 7
    chosen()


def test_the_values_of_a_method_stand_in_one_line():
    line = values_line(RegularisedLeastSquares(epsilon=3.0, iterations=50))
    assert line == "ε = 3, Laplacian, k = 50"
    assert values_line(FBP(filter="hann", cutoff=0.8)) == "Hann, cutoff = 0.8"
    assert values_line(UNet()) == "orientations = 1"
    assert "fast" not in values_line(ADMM())
    assert values_line(ADMM(fast=True)).endswith(", fast")


def test_two_runs_of_a_method_are_told_apart_by_what_differs():
    one, other = ADMM(sigma=0.1, tau=1.0), ADMM(sigma=0.5, tau=1.0)
    assert differences([one, FBP(), other]) == ["σ = 0.1", "", "σ = 0.5"]
    assert differences([one, one]) == ["", ""]


def test_an_averaged_network_is_told_from_a_plain_one_by_its_title():
    plain, averaged = (entry("A", method=partial(UNet, orientations=sides)) for sides in (1, 8))
    assert plain.title == plain.short_title == averaged.short_title == "A · FBP and U-Net"
    assert averaged.title == "A · FBP and U-Net: orientations = 8"


def test_a_choice_is_called_what_its_method_calls_it():
    """ "huber" is the name of a prior, too, with another title."""
    assert values_line(RobustLeastSquares(), ["misfit", "threshold"]) == "Huber, c = 1.345"
    app = AppTest.from_function(robust, default_timeout=60).run()
    assert not app.exception
    (box,) = (box for box in app.selectbox if box.label == "Misfit ρ")
    assert box.options == ["Huber", "L1 norm", "Squares"]


def robust():
    from core.methods.robust_least_squares import RobustLeastSquares
    from core.ui.controls import drawn_controls, parameter_controls, permalink

    permalink.begin("test")
    drawn_controls.begin("test")
    parameter_controls.method_controls(RobustLeastSquares, key="a", columns=3)
    permalink.finish()

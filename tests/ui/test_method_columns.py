"""Beside the controls of a method stands what is known of it before it runs."""

import pytest
from streamlit.testing.v1 import AppTest

from core.methods.fbp import FBP


def columns(filter):
    from core.methods.fbp import FBP
    from core.ui.controls import parameter_controls, permalink
    from core.ui.workbench.method_columns import method_slots

    permalink.begin("test")
    permalink.current()._wanted["a.fbp.filter"] = filter
    parameter_controls.begin("test")
    method_slots((FBP,), ("fbp",))
    permalink.finish()


@pytest.mark.parametrize("filter", ["ram-lak", "hann", "tukey", "kaiser", "none"])
def test_a_filter_that_takes_the_brightness_away_says_so_where_it_is_chosen(filter):
    app = AppTest.from_function(columns, args=(filter,), default_timeout=60).run()
    assert not app.exception
    (box,) = (box for box in app.selectbox if "Filter" in box.label)
    assert box.value == filter
    caution = FBP(filter=filter).caution()
    said = [caption.value for caption in app.caption]
    assert said == ([f":material/warning: {caution}"] if caution else [])
    assert bool(caution) == (filter not in ("ram-lak", "hann"))

"""Figures, the link and widgets live on one page, whatever they are called."""

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.figures.component import element_key


def page_with_a_toggle_and_a_figure_of_one_name():
    import numpy as np

    from core.parameter import Parameter
    from core.ui.controls import drawn_controls, permalink
    from core.ui.controls.parameter_controls import control
    from core.ui.figures.panels import Panel, image_panels
    from core.ui.figures.plot import player

    permalink.begin("test")
    drawn_controls.begin("test")
    control(Parameter(name="errors", default=False))
    image_panels(
        [Panel(title="errors", image=np.zeros((2, 2), np.float32), alt="Errors.")],
        key="errors",
        columns=1,
    )
    player(["first", "second"], key="a__name", alt="frame")
    permalink.finish()
    permalink.publish("_of_a_private_function")


def test_a_figure_may_have_the_name_of_a_parameter_and_any_underscores():
    app = AppTest.from_function(
        page_with_a_toggle_and_a_figure_of_one_name, default_timeout=60
    ).run()
    assert not app.exception
    app.toggle(key="errors").set_value(True).run()
    assert not app.exception
    assert app.session_state["errors"] is True


@pytest.mark.parametrize("name", ["publish__stored", "__", "a___b", "errors", "_"])
def test_a_key_has_no_two_underscores_and_is_no_parameters_name(name):
    key = element_key(name)
    assert "__" not in key
    assert not key.replace(".", "_").isidentifier()

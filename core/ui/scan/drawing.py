"""A drawing in the sidebar: under the mouse, a finger or the arrow keys, and as text."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import InputError
from core.parameter import Parameter
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import control
from core.ui.figures.component import element_key, serve_folder

SHAPES = "image_shapes"
"""The parameter of a scan that holds a drawing."""

_FRONTEND = Path(__file__).parent / "frontend"
_NAME = "lab.drawing"
_KEY = element_key("drawing")


def drawing_control(parameter: Parameter) -> str:
    """Draw the editor and the text of the same drawing below it; return the text."""
    canvas = st.container()
    with st.expander("The drawing as text"):
        text: str = control(parameter)
    serve_folder(_NAME, _FRONTEND)
    with canvas:
        _component()(
            key=_KEY,
            data={"shapes": text},
            height="content",
            on_shapes_change=partial(_take, parameter),
        )
    return text


def _take(parameter: Parameter) -> None:
    """Make the drawing in the browser the one of the scan, as a link would.

    What is no drawing gets a sentence and leaves the one that is there: a link with it would be
    read with the default.
    """
    text, link = st.session_state[_KEY].get("shapes"), permalink.current()
    if not isinstance(text, str):
        return
    try:
        parameter.parse(text)
    except InputError as error:
        link.note(f"{error} Your drawing stays as it was: undo the last step in it.")
        text = st.session_state[SHAPES]
    link.follow({SHAPES: text}, (SHAPES,))


@cache
def _component() -> Callable[..., Any]:
    """Register the editor when the first drawing is made: by then there is a runtime."""
    css = (_FRONTEND / "drawing.css").read_text()
    return st.components.v2.component(_NAME, css=css, js="drawing.js", isolate_styles=False)

"""Bringing the visitor to what a button has just set up, when it stands out of sight."""

import time
from pathlib import Path

import streamlit as st

from core.ui.figures.component import element_key

_MESSAGE = "arrival: what to say at the place"

_component = st.components.v2.component(
    "arrival",
    js=(Path(__file__).parent / "frontend" / "arrival.js").read_text(),
    isolate_styles=False,
)


def bring_with(message: str) -> None:
    """Ask the next `arrival_here` to bring the visitor and to say `message`: for callbacks."""
    st.session_state[_MESSAGE] = message


def arrival_here() -> None:
    """Scroll to this place of the page, if a button has asked for it, and say what it set up."""
    message = st.session_state.pop(_MESSAGE, None)
    place = st.container()  # there without a message too: what follows keeps its place on the page
    if message is not None:
        with place:
            _component(key=element_key("arrival"), data={"at": time.time()}, height="content")
        st.toast(message, icon=":material/science:", duration="long")

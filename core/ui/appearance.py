"""How figures are drawn: as plots are, or as if by hand, as on the slides of the lecture."""

import streamlit as st

from core.parameter import Parameter
from core.ui.controls.parameter_controls import control

HAND_DRAWN = Parameter(
    name="hand_drawn",
    default=False,
    title="Hand-drawn figures",
    help="A written font and lines that are not quite straight, as on the slides of the lecture. "
    "The numbers stay the same. Key D.",
)


def appearance_control() -> bool:
    """Draw the switch at the foot of the sidebar; return whether figures are drawn by hand."""
    with st.sidebar:
        return bool(control(HAND_DRAWN))


def draw_by_hand(on: bool) -> None:
    """Switch the look: for callbacks."""
    st.session_state[HAND_DRAWN.name] = on


def look_style(by_hand: bool) -> None:
    """Give the figures that follow their look; nothing where it is the usual one."""
    if by_hand:
        st.html("<style>:root { --lab-look: hand-drawn; }</style>")

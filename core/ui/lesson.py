"""What a page that teaches is made of: steps, words beside an equation, things to try."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.methods.parameters import Parameter
from core.ui.parameter_controls import keep, linked

_TAB = "tab of the step"


def steps(titles: Mapping[str, str]) -> tuple[str, Any]:
    """Draw one tab for each step; return the name of the open one, and its container.

    titles : what stands on the tab, by the name that the link carries. Only the open step is to
        be drawn: the page stays light, and the browser with it.
    """
    parameter = Parameter(name="step", default=next(iter(titles)), choices=tuple(titles))
    chosen = linked(parameter)
    if st.session_state.get(_TAB) != titles[chosen]:
        st.session_state[_TAB] = titles[chosen]
    tabs = st.tabs(list(titles.values()), key=_TAB, on_change=_open_step, args=(parameter, titles))
    return chosen, tabs[list(titles).index(chosen)]


def _open_step(parameter: Parameter, titles: Mapping[str, str]) -> None:
    name = next(name for name, title in titles.items() if title == st.session_state[_TAB])
    keep(parameter, name)


def beside(words: str, *equations: str) -> None:
    """Write words, with the equations that they speak of on their right."""
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    left.markdown(words)
    for equation in equations:
        right.latex(equation)


def things_to_try(*lines: str) -> None:
    """Write a line of experiments under a step."""
    st.markdown(":material/science: **Things to try.** " + " ".join(lines))

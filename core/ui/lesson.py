"""What a page that teaches is made of: steps, words beside an equation, things to try."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.keys import content_key
from core.parameter import Parameter
from core.problem.measurement import Source
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import keep, wanted

STORED = "stored result"
"""How the key of a container begins that says that a result was computed beforehand; a presentation
looks for it, and says so at its foot."""
_STEPS = "steps of the page"


def opened_step() -> tuple[tuple[str, ...], str]:
    """The names of the steps of the page that was drawn last, and the open one."""
    page, names, chosen = st.session_state.get(_STEPS, ("", (), ""))
    return (names, chosen) if page == permalink.current().page else ((), "")


def steps(titles: Mapping[str, str], name: str = "step") -> tuple[str, Any]:
    """Draw one tab for each step; return the name of the open one, and its container.

    titles : what stands on the tab, by the name that the link carries. Only the open step is to
        be drawn: the page stays light, and the browser with it.
    name : what the choice is called in the link; tabs within a step have another one.

    The browser's Back returns to the step that was open before.
    """
    chosen, tabs = _tabs(titles, name)
    if name == "step":
        st.session_state[_STEPS] = (permalink.current().page, tuple(titles), chosen)
    permalink.current().steps[name] = titles[chosen].partition(" · ")[2] or titles[chosen]
    return chosen, tabs[list(titles).index(chosen)]


def linked_tabs(titles: Sequence[str], name: str = "tab") -> Sequence[Any]:
    """Draw tabs, of which only the one that is `open` is to be filled; the link carries which."""
    words = {title.lower().replace(" ", "_"): title for title in titles}
    return _tabs(words, name)[1]


def _tabs(titles: Mapping[str, str], name: str) -> tuple[str, Sequence[Any]]:
    """The name of the open tab, and the containers of all. Each page keeps its own."""
    parameter = Parameter(name=name, default=next(iter(titles)), choices=tuple(titles))
    key = f"{name} of {permalink.current().page}"
    chosen = str(wanted(parameter, name, key, words=titles))
    keep(parameter, chosen, key)
    tab = f"tab: {key}"
    if st.session_state.get(tab) != titles[chosen]:
        st.session_state[tab] = titles[chosen]
    tabs = st.tabs(
        list(titles.values()), key=tab, on_change=_open_tab, args=(parameter, titles, key)
    )
    return chosen, tabs


def _open_tab(parameter: Parameter, titles: Mapping[str, str], key: str) -> None:
    shown = st.session_state[f"tab: {key}"]
    keep(parameter, next(name for name, title in titles.items() if title == shown), key)


def show_with_torch(module: str, scan: Source) -> None:
    """Call `show(scan)` of a module that brings PyTorch with it, which is not loaded before."""
    with st.spinner("Loading PyTorch …"):
        step = importlib.import_module(module)
    import torch

    # Every visitor runs in a thread of their own; more threads would stand in each other's way.
    torch.set_num_threads(1)
    step.show(scan)


def text_with_equations(words: str, *equations: str) -> None:
    """Write words, with the equations that they speak of on their right.

    Only the first paragraph stands where it is written. The style sheet moves the others below all
    that the step draws after them: a slider, its picture and what they are about fit on one screen.
    """
    first, _, others = words.partition("\n\n")
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    left.markdown(first)
    for equation in equations:
        right.latex(equation)
    if others:
        words_below(others)


def words_below(words: str) -> None:
    """Write words that the style sheet moves below all that the step draws after them."""
    with st.container(key=f"words_below {content_key(words)[:8]}"):
        st.markdown(words)


def open_button(label: str, query: Mapping[str, str], defaults: Sequence[str] = ()) -> None:
    """Draw a button that sets controls of this page, its steps among them, as a link would.

    Those named in `defaults` return to their defaults where the query does not name them.
    """
    st.button(
        label,
        icon=":material/arrow_forward:",
        on_click=permalink.follow,
        args=(query, [*query, *defaults]),
    )


def things_to_try(*lines: str) -> None:
    """Write a line of experiments under a step."""
    with st.container(key="things_to_try"):
        st.markdown(":material/science: **Things to try.** " + " ".join(lines))

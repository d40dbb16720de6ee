"""Buttons of which several may be pressed, and their part of the link."""

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from core.parameter import Parameter
from core.ui.controls.parameter_controls import keep, linked


def linked_pills(
    groups: Mapping[str, Mapping[str, str]],
    parameter: Parameter,
    *,
    key: str,
    fallback: Collection[str],
) -> tuple[str, ...]:
    """Draw groups of buttons; return the names of those that are pressed, in their order.

    Parameters
    ----------
    groups : for the label of each group, its names with what stands on their buttons.
    parameter : a text in the link, the names with commas between them; empty for `fallback`.
    key : where the session keeps it.
    fallback : the names pressed at first, and when none is.
    """
    names = [name for group in groups.values() for name in group]
    pressed = [name for name in names if name in str(linked(parameter, key)).split(",")]
    pressed = pressed or [name for name in names if name in fallback]
    for label, titles in groups.items():
        mine = [name for name in pressed if name in titles]
        widget = _widget(key, label)
        if st.session_state.get(widget) != mine:
            st.session_state[widget] = mine
        st.pills(
            label,
            list(titles),
            selection_mode="multi",
            format_func=titles.__getitem__,
            key=widget,
            on_change=_keep,
            args=(parameter, key, tuple(groups), names, tuple(fallback)),
        )
    return tuple(pressed)


def _keep(
    parameter: Parameter,
    key: str,
    labels: Sequence[str],
    names: Sequence[str],
    fallback: Collection[str],
) -> None:
    pressed = {name for label in labels for name in st.session_state[_widget(key, label)]}
    text = (
        ""
        if pressed == set(fallback) & set(names)
        else ",".join(name for name in names if name in pressed)
    )
    keep(parameter, text, key)


def _widget(key: str, label: str) -> str:
    return f"{key}: {label}"

"""The widgets of Streamlit that show a parameter: one for each kind of value."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.errors import InputError
from core.parameter import Parameter, Value, text_of
from core.ui.controls.link_sentence import wording
from core.ui.controls.slider_stops import round_step

MOST_BUTTONS = 4
"""More choices than these go into a list that opens."""
MOST_LETTERS = 12
"""Letters of all choices that stand side by side in a narrow place."""


def label_of(parameter: Parameter) -> str:
    r"""Title, symbol and unit, as in "Step size $\tau$ (pixels)"."""
    symbol = f" ${parameter.symbol}$" if parameter.symbol else ""
    unit = f" ({parameter.unit})" if parameter.unit else ""
    return f"{parameter.title}{symbol}{unit}"


def choice_widget(
    parameter: Parameter,
    key: str,
    label: str,
    words: Mapping[str, str],
    disabled: bool,
    narrow: bool = False,
) -> Value:
    """Buttons side by side, or a list that opens where these would not stand in one row."""
    draw: Any = st.selectbox
    extra: dict[str, Any] = {}
    letters = sum(len(wording(choice, words)) for choice in parameter.choices)
    fits = len(parameter.choices) <= MOST_BUTTONS and not (narrow and letters > MOST_LETTERS)
    if fits and not parameter.listed:
        draw, extra = st.segmented_control, {"required": True, "width": "stretch", "wrap": True}
    value: Value = draw(
        label,
        parameter.choices,
        format_func=lambda choice: wording(choice, words),
        key=key,
        help=parameter.help or None,
        persist_state="session",
        disabled=disabled,
        **extra,
    )
    return value


def listed_widget(parameter: Parameter, key: str, label: str, disabled: bool, new: bool) -> Value:
    """A field for a list of numbers or a text; what is none gets a sentence, and the last one."""
    shadow, given = f"{key} as text", f"{key} as given"
    # A link or a preset changes the list itself, a visitor its text.
    changed = st.session_state.get(given) != st.session_state[key]
    if new or shadow not in st.session_state or changed:
        st.session_state[shadow] = text_of(st.session_state[key])
    text = st.text_area(
        label, key=shadow, help=parameter.help or None, persist_state="session", disabled=disabled
    )
    try:
        value = parameter.parse(text)
    except InputError as error:
        st.error(str(error))
        value = st.session_state[key]
    st.session_state[key] = st.session_state[given] = value
    return value


def typed_widget(parameter: Parameter, key: str, label: str, disabled: bool) -> Value:
    """A field for a number, with steps up and down."""
    kind = int if isinstance(parameter.default, int) else float
    value: Value = st.number_input(
        label,
        min_value=None if parameter.low is None else kind(parameter.low),
        max_value=None if parameter.high is None else kind(parameter.high),
        step=kind(1),
        format="%d" if kind is int else "%.6g",
        key=key,
        help=parameter.help or None,
        persist_state="session",
        disabled=disabled,
    )
    return value


def slider_widget(parameter: Parameter, key: str, label: str, disabled: bool) -> Value:
    """A slider with even steps; a field where the parameter has no bounds."""
    if parameter.low is None or parameter.high is None:
        return typed_widget(parameter, key, label, disabled)
    kind = int if isinstance(parameter.default, int) else float
    if parameter.low == parameter.high:  # Streamlit's slider wants somewhere to go
        return kind(parameter.low)
    value: Value = st.slider(
        label,
        min_value=kind(parameter.low),
        max_value=kind(parameter.high),
        step=1 if kind is int else round_step(parameter.low, parameter.high),
        format="%d" if kind is int else "%g",
        key=key,
        help=parameter.help or None,
        persist_state="session",
        disabled=disabled,
    )
    return value


def stops_widget(
    parameter: Parameter,
    key: str,
    label: str,
    options: Sequence[float],
    show: Callable[[float], str] | None,
    disabled: bool,
) -> Value:
    """A slider that stops at given numbers, written by `show`."""
    # A value that came by a link or a default joins the stops, so that it can stand.
    stops = sorted({*options, st.session_state[key]})
    value: Value = st.select_slider(
        label,
        stops,
        format_func=show or (lambda number: f"{number:g}"),
        key=key,
        help=parameter.help or None,
        persist_state="session",
        disabled=disabled,
    )
    return value

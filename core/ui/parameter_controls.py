"""Widgets that make themselves from a `Parameter`: of the scan, of a method, of a page.

A control keeps its value while the session lasts, also where it is not drawn; a link that names
it sets it, and what is not at its default stands in the link of the page.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from core.methods.base import Method
from core.methods.parameters import Parameter, Value, parameters_of
from core.methods.priors import PRIORS
from core.ui import permalink
from core.ui.scan_link import read
from core.ui.slider_stops import log_stops, round_step

MOST_BUTTONS = 4
"""More choices than these go into a list that opens."""

CHOICES = {
    "pyproximal": "PyProximal's",
    "admm": "ADMM",
    **{prior.name: prior.title for prior in PRIORS},
}
"""What people read in place of a method's choice where its name is not a word."""

_PAGE, _DRAWN, _BEFORE = "controls: page", "controls: drawn now", "controls: drawn before"

M = TypeVar("M", bound=Method)
Shape = tuple[object, ...]
"""What makes a widget another one to Streamlit: its range, its choices, its stops."""


def control(
    parameter: Parameter,
    *,
    name: str = "",
    key: str = "",
    label: str = "",
    words: Mapping[str, str] | None = None,
    options: Sequence[float] = (),
    typed: bool = False,
    show: Callable[[float], str] | None = None,
    disabled: bool = False,
) -> Any:
    """Draw the widget of a parameter and return its allowed value, of the default's type.

    Parameters
    ----------
    name : what it is called in the link; the parameter's name unless given.
    key : where the session keeps the value; `name` unless given.
    label : what people read; the parameter's title, symbol and unit unless given.
    words : what people read in place of the choices.
    options : the numbers that a slider stops at; a parameter with `log` has its own.
    typed : whether a number is typed and stepped rather than slid.
    show : writes a number beside a slider that has `options`.
    disabled : draws the widget faintly, for a parameter that does nothing at present.
    """
    name = name or parameter.name
    key = key or name
    _settle(parameter, name, key, options)
    label = label or label_of(parameter)
    if parameter.choices:
        value = _choice(parameter, key, label, words or {}, disabled)
    elif isinstance(parameter.default, bool):
        value = st.toggle(
            label, key=key, help=parameter.help or None, persist_state="session", disabled=disabled
        )
    elif typed:
        value = _typed(parameter, key, label, disabled)
    elif options or parameter.log:
        value = _stops(parameter, key, label, options or log_stops(parameter), show, disabled)
    else:
        value = _slider(parameter, key, label, disabled)
    value = parameter.nearest(value)  # a browser may send anything
    permalink.record(parameter, name, value)
    return value


def method_controls(method: type[M], key: str, columns: int = 1) -> M:
    """Draw the parameters of a method in some columns; return it with the values chosen.

    `key` tells the places apart where methods are chosen: it begins the names in the link.
    """
    places = st.columns(columns) if columns > 1 else [st.container()]
    values: dict[str, Any] = {}
    for number, parameter in enumerate(parameters_of(method)):
        with places[number % columns]:
            name = f"{key}.{parameter.name}"
            other, choices = parameter.only or ("", ())
            idle = bool(other) and values[other] not in choices
            values[parameter.name] = control(parameter, name=name, words=CHOICES, disabled=idle)
    return method(**values)


def linked(parameter: Parameter) -> Any:
    """The value of what is no widget of ours: the frame of a player, the open tab.

    It is kept and read from a link as that of a control; `keep` sets it.
    """
    value = _wanted(parameter, parameter.name, parameter.name)
    keep(parameter, value)
    return value


def keep(parameter: Parameter, value: Value) -> None:
    """Remember the value of a `linked` parameter, and put it into the link."""
    st.session_state[parameter.name] = value
    permalink.record(parameter, parameter.name, value)


def _settle(parameter: Parameter, name: str, key: str, options: Sequence[float]) -> None:
    """Give the widget the value of the link, or the nearest allowed to the one it has."""
    value = _wanted(parameter, name, key)
    # To Streamlit a widget with another range or other stops is another widget.
    extra = value if options and value not in options else None
    shape = (parameter.low, parameter.high, parameter.choices, tuple(options), extra)
    # A widget new to the page must be told its value, or it starts at its lowest. One that was
    # there is told only what changes: a slider just being moved would be thrown back.
    new = _is_new(key, shape) or key not in st.session_state
    if new or st.session_state[key] != value:
        st.session_state[key] = value


def _wanted(parameter: Parameter, name: str, key: str) -> Value:
    value: Value = st.session_state.get(key, parameter.default)
    if permalink.waiting(name):
        text = permalink.take(name)
        value, sentence = (parameter.default, "") if text is None else read(parameter, text)
        if sentence:
            permalink.note(sentence)
    return parameter.nearest(value)


def begin(page: str) -> None:
    """Start a run of the whole page of this title."""
    state = st.session_state
    same = state.get(_PAGE) == page
    state[_PAGE], state[_BEFORE], state[_DRAWN] = page, state[_DRAWN] if same else {}, {}


def _is_new(key: str, shape: Shape) -> bool:
    """Whether neither this run nor the one before it has drawn the control in this shape."""
    drawn: dict[str, Shape] = st.session_state.setdefault(_DRAWN, {})
    before: dict[str, Shape] = st.session_state.get(_BEFORE, {})
    new = drawn.get(key, before.get(key)) != shape
    drawn[key] = shape
    return new


def label_of(parameter: Parameter) -> str:
    r"""Title, symbol and unit, as in "Step size $\tau$ (pixels)"."""
    symbol = f" ${parameter.symbol}$" if parameter.symbol else ""
    unit = f" ({parameter.unit})" if parameter.unit else ""
    return f"{parameter.title}{symbol}{unit}"


def _choice(
    parameter: Parameter, key: str, label: str, words: Mapping[str, str], disabled: bool
) -> Value:
    def wording(choice: str) -> str:
        return words.get(choice, choice.replace("_", " ").capitalize())

    draw: Any = st.selectbox
    extra: dict[str, Any] = {}
    if len(parameter.choices) <= MOST_BUTTONS:
        draw, extra = st.segmented_control, {"required": True, "width": "stretch", "wrap": True}
    value: Value = draw(
        label,
        parameter.choices,
        format_func=wording,
        key=key,
        help=parameter.help or None,
        persist_state="session",
        disabled=disabled,
        **extra,
    )
    return value


def _typed(parameter: Parameter, key: str, label: str, disabled: bool) -> Value:
    kind = int if isinstance(parameter.default, int) else float
    value: Value = st.number_input(
        label,
        min_value=None if parameter.low is None else kind(parameter.low),
        max_value=None if parameter.high is None else kind(parameter.high),
        step=kind(1),
        format="%d" if kind is int else "%g",
        key=key,
        help=parameter.help or None,
        persist_state="session",
        disabled=disabled,
    )
    return value


def _slider(parameter: Parameter, key: str, label: str, disabled: bool) -> Value:
    if parameter.low is None or parameter.high is None:
        return _typed(parameter, key, label, disabled)
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


def _stops(
    parameter: Parameter,
    key: str,
    label: str,
    options: Sequence[float],
    show: Callable[[float], str] | None,
    disabled: bool,
) -> Value:
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

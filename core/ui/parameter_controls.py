"""Widgets that make themselves from a `Parameter`: of the scan, of a method, of a page.

A control keeps its value while the session lasts, also where it is not drawn; a link that names
it sets it, and what is not at its default stands in the link of the page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from core.methods.base import Method
from core.methods.priors import PRIORS
from core.parameters import Parameter, Value, parameters_of, text_of
from core.problem.errors import InputError
from core.ui import permalink
from core.ui.link_sentence import read_for_people, wording
from core.ui.slider_stops import log_stops, round_step

MOST_BUTTONS = 4
"""More choices than these go into a list that opens."""

CHOICES = {
    "pyproximal": "PyProximal's",
    "admm": "ADMM",
    **{prior.name: prior.title for prior in PRIORS},
}
"""What people read in place of a method's choice where its name is not a word."""

M = TypeVar("M", bound=Method)


@dataclass(kw_only=True)
class _Drawn:
    """Keys of the controls that this run of a page has drawn, and the run before it."""

    page: str = ""
    now: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)


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
    label = label or parameter.label or label_of(parameter)
    words = words or parameter.words
    _settle(key, wanted(parameter, name, key, label=label, words=words))
    if parameter.choices:
        value = _choice(parameter, key, label, words, disabled)
    elif isinstance(parameter.default, bool):
        value = st.toggle(
            label, key=key, help=parameter.help or None, persist_state="session", disabled=disabled
        )
    elif isinstance(parameter.default, tuple):
        value = _listed(parameter, key, label, disabled)
    elif typed or parameter.typed:
        value = _typed(parameter, key, label, disabled)
    elif stops := options or parameter.stops or (log_stops(parameter) if parameter.log else ()):
        value = _stops(parameter, key, label, stops, show or parameter.show, disabled)
    else:
        value = _slider(parameter, key, label, disabled)
    value = parameter.nearest(value)  # a browser may send anything
    _record(parameter, name, value)
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


def linked(parameter: Parameter, key: str = "") -> Any:
    """The value of what is no widget of ours, such as the open tab.

    It is kept, under `key` or the parameter's name, and read from a link as that of a control;
    `keep` sets it.
    """
    value = wanted(parameter, parameter.name, key or parameter.name)
    keep(parameter, value, key)
    return value


def keep(parameter: Parameter, value: Value, key: str = "") -> None:
    """Remember the value of a `linked` parameter, and put it into the link."""
    st.session_state[key or parameter.name] = value
    _record(parameter, parameter.name, value)


def wanted(
    parameter: Parameter,
    name: str,
    key: str,
    *,
    label: str = "",
    words: Mapping[str, str] | None = None,
) -> Value:
    """The allowed value that a link asks for, else the one kept under `key`, else the default."""
    value: Value = st.session_state.get(key, parameter.default)
    link = permalink.current()
    aliases = parameter.aliases if name == parameter.name else ()
    if link.waiting(name, aliases):
        text = link.take(name, aliases)
        value, sentence = parameter.default, ""
        if text is not None:
            value, sentence = read_for_people(parameter, text, label, words or {})
        if sentence:
            link.note(sentence)
    return parameter.nearest(value)


def _record(parameter: Parameter, name: str, value: Value) -> None:
    text = "" if value == parameter.default else text_of(value)
    permalink.current().record(name, value, text)


def _settle(key: str, value: Value) -> None:
    # A widget new to the page must be told its value, or it starts at its lowest. One that was
    # there is told only what changes: a slider just being moved would be thrown back.
    if _is_new(key) or st.session_state[key] != value:
        st.session_state[key] = value


def begin(page: str) -> None:
    """Start a run of the whole page of this title."""
    drawn = _drawn()
    same = drawn.page == page
    drawn.page, drawn.before, drawn.now = page, drawn.now if same else set(), set()


def _drawn() -> _Drawn:
    drawn: _Drawn = st.session_state.setdefault("controls drawn", _Drawn())
    return drawn


def _is_new(key: str) -> bool:
    """Whether neither this run nor the one before it has drawn the control."""
    drawn = _drawn()
    new = key not in drawn.now and key not in drawn.before
    drawn.now.add(key)
    return new or key not in st.session_state


def label_of(parameter: Parameter) -> str:
    r"""Title, symbol and unit, as in "Step size $\tau$ (pixels)"."""
    symbol = f" ${parameter.symbol}$" if parameter.symbol else ""
    unit = f" ({parameter.unit})" if parameter.unit else ""
    return f"{parameter.title}{symbol}{unit}"


def _choice(
    parameter: Parameter, key: str, label: str, words: Mapping[str, str], disabled: bool
) -> Value:
    draw: Any = st.selectbox
    extra: dict[str, Any] = {}
    if len(parameter.choices) <= MOST_BUTTONS:
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


def _listed(parameter: Parameter, key: str, label: str, disabled: bool) -> Value:
    """A field for a list of numbers; what is no such list gets a sentence, and the last one."""
    shadow, given = f"{key} as text", f"{key} as given"
    # A link or a preset changes the list itself, a visitor its text.
    changed = st.session_state.get(given) != st.session_state[key]
    if _is_new(shadow) or changed:
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

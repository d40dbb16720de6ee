"""Widgets that make themselves from a `Parameter`: of the scan, of a method, of a page.

A control keeps its value while the session lasts, also where it is not drawn; a link that names
it sets it, and what is not at its default stands in the link of the page.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from core.methods.base import Method
from core.methods.priors import PRIORS
from core.parameter import Parameter, Value, text_of
from core.parameters import parameters_of
from core.ui.controls import permalink
from core.ui.controls.drawn_controls import DrawnControls, drawn_controls
from core.ui.controls.link_sentence import read_for_people
from core.ui.controls.parameter_widgets import (
    choice_widget,
    label_of,
    listed_widget,
    slider_widget,
    stops_widget,
    typed_widget,
)
from core.ui.controls.slider_stops import log_stops
from core.ui.controls.symbol_text import plain_label

CHOICES = {
    "pyproximal": "PyProximal's",
    "admm": "ADMM",
    **{prior.name: prior.title for prior in PRIORS},
}
"""What people read in place of a method's choice where its name is not a word."""

M = TypeVar("M", bound=Method)


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
    narrow: bool = False,
    drawn: bool = True,
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
    narrow : whether buttons with words would not stand in one row; they become a list.
    drawn : whether it is drawn; in a folded group it has its value and stands in the link only.
    """
    name = name or parameter.name
    key = key or name
    label = label or parameter.label or label_of(parameter)
    words = words or parameter.words
    stops = options or parameter.stops or (log_stops(parameter) if parameter.log else ())
    asked = wanted(parameter, name, key, label=label, words=words)
    page = drawn_controls()
    if not drawn or page.hides(name):
        if st.session_state.get(key, parameter.default) != asked:
            st.session_state[key] = asked
        page.forget(key)
        _record(parameter, name, asked)
        return asked
    disabled = disabled or page.locks(name)
    new = _settle(page, parameter, key, asked, stops)
    label = plain_label(label)
    if parameter.choices:
        value = choice_widget(parameter, key, label, words, disabled, narrow)
    elif isinstance(parameter.default, bool):
        value = st.toggle(
            label, key=key, help=parameter.help or None, persist_state="session", disabled=disabled
        )
    elif isinstance(parameter.default, tuple) or parameter.text is not None:
        value = listed_widget(parameter, key, label, disabled, new)
    elif typed or parameter.typed:
        value = typed_widget(parameter, key, label, disabled)
    elif stops:
        value = stops_widget(parameter, key, label, stops, show or parameter.show, disabled)
    else:
        value = slider_widget(parameter, key, label, disabled)
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
            values[parameter.name] = control(
                parameter,
                name=name,
                words={**CHOICES, **parameter.words},
                disabled=idle,
                narrow=columns > 2,
            )
    return method(**values)


def method_undrawn(method: type[M], key: str) -> M:
    """A method with the values of its controls, which are not drawn now; see `method_controls`."""
    values = {}
    for parameter in parameters_of(method):
        name, words = f"{key}.{parameter.name}", {**CHOICES, **parameter.words}
        values[parameter.name] = control(parameter, name=name, words=words, drawn=False)
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
            link.refuse(name, parameter.read(text or "")[1])
    return parameter.nearest(value)


def _record(parameter: Parameter, name: str, value: Value) -> None:
    text = "" if value == parameter.default else text_of(value)
    permalink.current().record(name, value, text)


def _settle(
    page: DrawnControls, parameter: Parameter, key: str, value: Value, stops: Sequence[float]
) -> bool:
    """Give the widget a value, where Streamlit would not show it by itself.

    Return whether the widget is new to the page.
    """
    # To Streamlit a widget with another range or other stops is another widget.
    extra = value if stops and value not in stops else None
    shape = (parameter.low, parameter.high, parameter.choices, tuple(stops), extra)
    # A widget new to the page must be told its value, or it starts at its lowest. One that was
    # there is told only what changes: a slider just being moved would be thrown back.
    new = page.is_new(key, shape) or key not in st.session_state
    if new or st.session_state[key] != value:
        st.session_state[key] = value
    return new

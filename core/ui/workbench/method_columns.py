"""The places of the workbench: which methods stand side by side, with which parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.methods.base import DirectMethod, Method
from core.parameter import Parameter
from core.parameters import parameters_of
from core.ui.controls.parameter_controls import control, method_controls, method_undrawn
from core.ui.formulas import formulas
from core.ui.workbench.job_status import LETTERS
from core.ui.workbench.values_line import values_line

NONE = "none"
_IN_A_ROW = 3
"""Controls side by side in the open card, beside its words."""


@dataclass(frozen=True, kw_only=True)
class Slots:
    """The methods by their letter, and what stands around them.

    bar : holds the choice of the open card, and has room for more.
    height : of the open card, about, in CSS pixels.
    """

    chosen: Mapping[str, Method]
    bar: DeltaGenerator
    height: int


def method_slots(methods: Sequence[type[Method]], defaults: Sequence[str]) -> Slots:
    """Draw up to three places for methods.

    The first place always holds a method; the others may be empty. `defaults` are the names of
    the methods there at first. The controls of one method at a time are drawn, so that the
    pictures which they change are on the same screen; of the others stands one line under the
    name.
    """
    by_name = {method.name: method for method in methods}
    titles = {NONE: "–", **{method.name: method.title for method in methods}}
    page = next(iter(by_name))
    picked: dict[str, type[Method]] = {}
    with st.container(key="method_places"):
        columns = dict(zip(LETTERS, st.columns(3), strict=True))
    for number, (letter, column) in enumerate(columns.items()):
        names = tuple(by_name) if number == 0 else (NONE, *by_name)
        default = defaults[number] if number < len(defaults) else NONE
        place = Parameter(name=letter.lower(), default=default, choices=names)
        with column:
            # Pages with other methods keep their own choice under the same name of the link.
            key = f"method {letter} of {page}"
            name = control(place, key=key, label=f"Method {letter}", words=titles)
        if name != NONE:
            picked[letter] = by_name[name]
    bar = st.container(key="workbench_bar", horizontal=True, vertical_alignment="center")
    with bar:
        opened = _opened(list(picked), page)
    chosen = {
        letter: _card(method, letter)
        if letter == opened
        else method_undrawn(method, key=_key(method, letter))
        for letter, method in picked.items()
    }
    for letter, method in chosen.items():
        with columns[letter]:
            _line(method, letter)
    return Slots(chosen=chosen, bar=bar, height=_height(picked.get(opened)))


def _opened(letters: Sequence[str], page: str) -> str:
    """Let the visitor choose whose controls are drawn; return its letter, or `NONE`."""
    choice = Parameter(
        name="card",
        default=letters[0].lower(),
        choices=(*(letter.lower() for letter in letters), NONE),
        help="The formula and the parameters of one method; the others keep theirs.",
    )
    words = {NONE: "Hide", **{letter.lower(): letter for letter in letters}}
    with st.container(width="content"):
        opened = control(choice, key=f"card of {page}", label="Settings of", words=words)
    return str(opened).upper() if opened != NONE else NONE


def _height(method: type[Method] | None) -> int:
    if method is None:
        return 0
    rows = -(-len(parameters_of(method)) // _IN_A_ROW)
    # Two rows of controls are as high as words and formula.
    return 95 + 65 * max(min(rows, 1), rows - 1)


def _key(method: type[Method], letter: str) -> str:
    return f"{letter.lower()}.{method.name}"


def _card(method: type[Method], letter: str) -> Method:
    """Draw what a method does, its formula and its controls."""
    with st.container(border=True, key="method_card"):
        many = len(parameters_of(method))
        shares = [3, 2] if many == 1 else [2, 3]
        words, controls = st.columns(shares, gap="medium") if many else (st.container(),) * 2
        words.markdown(f"**{letter}** · {method.idea}\n\n{formulas(method.equation)}")
        with controls:
            return method_controls(
                method, key=_key(method, letter), columns=max(1, min(_IN_A_ROW, many))
            )


def _line(method: Method, letter: str) -> None:
    """Write the values of a method in one line, and what is known of it before it runs."""
    with st.container(key=f"method_line_{letter}"):
        st.caption(values_line(method) or "no parameters")
    # Of a method without iterations all is known before it runs.
    if isinstance(method, DirectMethod) and (caution := method.caution()):
        st.caption(f":material/warning: {caution}")

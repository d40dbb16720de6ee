"""The places of the workbench: which methods stand side by side, with which parameters."""

from collections.abc import Sequence

import streamlit as st

from core.methods.base import DirectMethod, Method
from core.parameters import Parameter, parameters_of
from core.ui.controls.parameter_controls import control, method_controls
from core.ui.workbench.job_status import LETTERS

NONE = "none"


def method_slots(methods: Sequence[type[Method]], defaults: Sequence[str]) -> dict[str, Method]:
    """Draw up to three places for methods and return those chosen, by their letter.

    The first place always holds a method; the others may be empty. `defaults` are the names of
    the methods there at first.
    """
    by_name = {method.name: method for method in methods}
    titles = {NONE: "–", **{method.name: method.title for method in methods}}
    picked: dict[str, type[Method]] = {}
    for number, (letter, column) in enumerate(zip(LETTERS, st.columns(3), strict=True)):
        names = tuple(by_name) if number == 0 else (NONE, *by_name)
        default = defaults[number] if number < len(defaults) else NONE
        place = Parameter(name=letter.lower(), default=default, choices=names)
        with column:
            # Pages with other methods keep their own choice under the same name of the link.
            key = f"method {letter} of {next(iter(by_name))}"
            name = control(place, key=key, label=f"Method {letter}", words=titles)
        if name != NONE:
            picked[letter] = by_name[name]
    chosen: dict[str, Method] = {}
    for (letter, method), column in zip(picked.items(), st.columns(len(picked)), strict=True):
        with column, st.container(border=True, gap="small", height="stretch"):
            chosen[letter] = _method(method, letter, columns=2 if len(picked) < 3 else 1)
    return chosen


def _method(method: type[Method], letter: str, columns: int) -> Method:
    st.markdown(f"{letter} · {method.idea}\n\n$\\displaystyle {method.equation}$")
    columns = min(columns, len(parameters_of(method))) or 1
    chosen = method_controls(method, key=f"{letter.lower()}.{method.name}", columns=columns)
    # Of a method without iterations all is known before it runs.
    if isinstance(chosen, DirectMethod) and (caution := chosen.caution()):
        st.caption(f":material/warning: {caution}")
    return chosen

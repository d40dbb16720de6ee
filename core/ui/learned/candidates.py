"""Which methods are compared: buttons, and their part of the link."""

from collections.abc import Sequence

import streamlit as st

from core.parameters import Parameter
from core.problem.scan import Scan
from core.studies.available_methods import available_methods
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.out_of_distribution import training_notice
from core.ui.controls.parameter_controls import keep, linked
from core.ui.style import LineStyle, method_style

_WHO = Parameter(name="who", default="")
_PILLS = "who takes part"


def candidates(scan: Scan) -> tuple[EvaluatedMethod, ...]:
    """Draw a button for each method that can run; return those that are chosen.

    The first time, and when none is chosen, they are those that need seconds and not minutes.
    Says which methods cannot run, and which do not know scans like this one.
    """
    present, absent = available_methods()
    names = [candidate.name for candidate in present]
    wanted = [name for name in str(linked(_WHO)).split(",") if name in names]
    wanted = wanted or [candidate.name for candidate in present if not candidate.slow]
    if st.session_state.get(_PILLS) != wanted:
        st.session_state[_PILLS] = wanted
    titles = {
        candidate.name: candidate.title + (" (slow)" if candidate.slow else "")
        for candidate in present
    }
    st.pills(
        "Methods",
        names,
        selection_mode="multi",
        format_func=lambda name: titles[name],
        key=_PILLS,
        on_change=_keep,
        args=(names,),
    )
    for sentence in absent:
        st.caption(f":material/info: {sentence}")
    chosen = tuple(candidate for candidate in present if candidate.name in wanted)
    if text := training_notice(scan, {f"**{one.title}**": one.method.name for one in chosen}):
        st.warning(text, icon=":material/warning:")
    return chosen


def _keep(names: Sequence[str]) -> None:
    chosen = st.session_state[_PILLS]
    keep(_WHO, ",".join(name for name in names if name in chosen))


def style_of(candidate: EvaluatedMethod) -> LineStyle:
    """The line of a candidate, that of its method."""
    return method_style(candidate.method.name)

"""Which methods are compared where the learned ones break."""

import streamlit as st

from core.parameter import Parameter
from core.problem.scan import Scan
from core.studies.available_methods import available_methods
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.out_of_distribution import training_notice
from core.ui.workbench.method_choice import method_choice

_WHO = Parameter(name="who", default="")


def candidates(scan: Scan) -> tuple[EvaluatedMethod, ...]:
    """Draw a button for each method that can run; return those that are chosen.

    The first time, and when none is chosen, they are those that need seconds and not minutes. Says
    which methods cannot run, and which do not know scans like this one.
    """
    present, absent = available_methods()
    more = {candidate.name: " (slow)" for candidate in present if candidate.slow}
    quick = [candidate.name for candidate in present if not candidate.slow]
    with st.expander("Methods", icon=":material/checklist:"):
        chosen = method_choice({"Methods": present}, _WHO, key=_WHO.name, fallback=quick, more=more)
        for sentence in absent:
            st.caption(f":material/info: {sentence}")
    if text := training_notice(scan, {f"**{one.title}**": one.method.name for one in chosen}):
        st.warning(text, icon=":material/warning:")
    return chosen

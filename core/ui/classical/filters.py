"""The filters of FBP as their frequency responses."""

from collections.abc import Mapping

import streamlit as st

from core.methods.base import Method
from core.methods.fbp import FBP
from core.methods.support.astra_fbp import FILTERS, frequency_response
from core.problem.measurement import Source
from core.ui.figures.curves import Series, curves
from core.ui.style import BLUE, GREEN, ORANGE, SLATE, LineStyle


def filters_tab(scan: Source, chosen: Mapping[str, Method]) -> None:
    """Draw all filters thin, and those of the chosen FBPs thick."""
    st.markdown(
        r"FBP multiplies the spectrum of each view by $|\nu|\,W(\nu)$ before it is "
        r"back-projected. The ramp $|\nu|$ undoes the blur of $G^TG$; the window $W$ says how "
        "much of the high frequencies, where the noise is, may pass. The curves are "
        r"$2|\nu|\,W(\nu)$, so that the ramp reaches 1 at half a cycle per detector. *Flat-top* "
        "and *kaiser* are no useful windows: ASTRA's responses of both are negative at some "
        "frequencies, which inverts the contrast."
    )
    picked = {letter: method for letter, method in chosen.items() if isinstance(method, FBP)}
    series = []
    for name in FILTERS:
        frequencies, response = frequency_response(name, 1.0, scan.beam.detectors)
        series.append(
            Series(name=name, x=frequencies, y=response, style=LineStyle(colour=SLATE), width=0.7)
        )
    for (letter, method), colour in zip(picked.items(), (BLUE, ORANGE, GREEN), strict=False):
        frequencies, response = frequency_response(
            method.filter, method.cutoff, scan.beam.detectors
        )
        title = f"{letter} · {method.filter}"
        line = LineStyle(colour=colour)
        series.append(Series(name=title, x=frequencies, y=response, style=line, width=3.0))
    curves(
        series,
        key="filters",
        x_title="frequency / cycles per detector",
        y_title="response",
        height=420,
        alt="Frequency responses of all filters of filtered back-projection.",
    )
    if not picked:
        st.caption("Choose *Filtered back-projection* above to see its filter among the others.")

"""What was measured on slices of both heads, from the file of scores."""

import math
from collections.abc import Sequence

import streamlit as st

from core.evaluation.uncertainty import SampledRow
from core.evaluation.uncertainty_scores import load, mean_of
from core.markdown_table import markdown_table
from core.methods import METHODS
from core.number_format import mean_text

HEADINGS = (
    "sampler",
    "SNR of the mean / dB",
    "residual",
    "spread / skill",
    "correlation",
    "coverage",
    "× α, same head",
    "× α, other head",
    "one width",
    "most spread: × α",
    "most spread: one width",
)
COLUMNS = (
    "snr",
    "residual",
    "spread_over_skill",
    "correlation",
    "coverage",
    "coverage_own",
    "coverage_other",
    "coverage_constant",
    "quarter_own",
    "quarter_constant",
)


def stored_scores() -> None:
    """Draw the tables of the file, where it is there."""
    rows = load()
    if not rows:
        return
    with st.expander("Measured on slices of both heads", icon=":material/table:"):
        st.markdown(scores_table(rows))
        st.caption(
            f"Means over {len({(r.subject, r.number) for r in rows})} slices of two people, 160 × "
            f"160 pixels, 1 % Gaussian noise, {rows[0].samples} samples of each slice. α of the "
            "same head is from its other slices; *most spread* is the quarter of the pixels where "
            "the samples differ most. `python -m core uncertainty` measures it again."
        )


def scores_table(rows: Sequence[SampledRow]) -> str:
    """One table for each scan, a row for each sampler."""
    titles = {method.name: method.title for method in METHODS}
    text = ""
    for scan in dict.fromkeys(row.scan for row in rows):
        cells = []
        for name in dict.fromkeys(row.method for row in rows if row.scan == scan):
            mine = [row for row in rows if (row.scan, row.method) == (scan, name)]
            cells.append([titles[name], *(_mean(mine, column) for column in COLUMNS)])
        text += f"**{scan}**\n\n{markdown_table(HEADINGS, cells)}\n\n"
    return text


def _mean(rows: Sequence[SampledRow], column: str) -> str:
    return mean_text(mean_of(rows, column)[0], math.nan, ".2f")

"""The history of a method as a table, at the iterations that the lecture's solvers print."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.markdown_table import markdown_table
from core.methods.support.history import COLUMNS, History
from core.ui.workbench.displayed_result import Entry

SUMS = {"data_term": "$f$", "regulariser": "$g$", "objective": "$J = f + g$"}
WORDS = (
    "What the solvers of the lecture print: the data term $f$, the regulariser $g$ and the "
    "objective $J$ of an iterate. The first ten and the last ten are there, and every tenth "
    "between them, or fewer where the run is long."
)


def history_tables(entries: Sequence[Entry]) -> None:
    """Draw the table of each method, side by side where the page is wide enough."""
    st.caption(WORDS)
    with st.container(horizontal=True, gap="medium", key="history_tables"):
        for entry in entries:
            with st.container(width="content", gap="xsmall"):
                st.markdown(f"**{entry.title}**", width="content")
                with st.container(height=380, border=False, width="content"):
                    st.markdown(history_table(entry.history), width="content")


def history_table(history: History) -> str:
    """The printed rows as a Markdown table; what a method reports of its own follows the sums."""
    own = [name for name in history.names if name not in COLUMNS]
    titles = ["Iteration", *SUMS.values(), *(name.replace("_", " ").capitalize() for name in own)]
    rows = [
        [f"{history['iteration'][row]:.0f}", *(_text(history[name][row]) for name in (*SUMS, *own))]
        for row in printed_rows(len(history))
    ]
    return markdown_table(titles, rows, align="r")


def printed_rows(rows: int) -> list[int]:
    """The rows shown of a history that begins with the start: about as PyProximal prints them."""
    stride = max(10, (rows - 1) // 10)
    return [row for row in range(rows) if row <= 10 or rows - row <= 10 or row % stride == 0]


def _text(value: float) -> str:
    return f"{value:.5g}" if np.isfinite(value) else "–"

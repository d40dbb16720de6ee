"""Step 3: what is known of each method beside its scores, from what the methods say themselves."""

from collections.abc import Sequence

import streamlit as st

from core.markdown_table import markdown_table
from core.methods import METHODS
from core.methods.base import Method
from core.ui.lesson import things_to_try

WORDS = """\
The methods are ordered by family. A method that **sees G while it solves** can correct itself by
the data; one that does so once cannot. Only where an **objective** is minimised can it be said what
the image is; how far it is from the truth, no method can say. What is **guaranteed** holds for
exact arithmetic and for the model Gm + n = d."""
HEADINGS = (
    "method",
    "family",
    "needs training?",
    "applies G and Gᵀ",
    "minimises",
    "guarantee",
    "cost",
)


def show() -> None:
    """Draw the table."""
    st.markdown(WORDS)
    with st.container(key="overview"):
        st.markdown(overview_table(METHODS))
    things_to_try(
        "Which guarantees are lost when the scan is not the one that the method was made for?",
        "Which methods would you trust with an organ that nobody has scanned before?",
    )


def overview_table(methods: Sequence[type[Method]]) -> str:
    """One row for each method, from its class; those of which all is alike share one."""
    titles: dict[tuple[str, ...], list[str]] = {}
    for method in methods:
        titles.setdefault(_cells(method), []).append(method.title)
    rows = [[f"**{', '.join(names)}**", *cells] for cells, names in titles.items()]
    return markdown_table(HEADINGS, rows, align="l")


def _cells(method: type[Method]) -> tuple[str, ...]:
    return (
        method.family,
        "yes" if method.network is not None else "no",
        method.operator_use,
        method.minimises or "–",
        method.guarantee,
        method.cost,
    )

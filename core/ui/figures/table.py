"""A table of results, whose headings sort it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.ui.figures.component import element_key, mount
from core.ui.style import LineStyle


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column by its name; `help` is read at its heading, and numbers stand on the right."""

    name: str
    title: str
    help: str = ""
    number: bool = True


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """The texts of a row, one for each column, or fewer: then `note` takes the place of the rest.

    style : of the row in the figures; its line and its point are drawn before its first cell.
    note : a sentence under the first cell, or across the columns that have no cell.
    strong : the columns, by their names, whose texts are bold.
    """

    cells: Sequence[str]
    style: LineStyle
    note: str = ""
    strong: frozenset[str] = frozenset()


def sortable_table(
    columns: Sequence[Column],
    rows: Sequence[TableRow],
    *,
    key: str,
    alt: str,
    sort: str,
    falling: bool,
    on_sort: Callable[[str], None],
) -> None:
    """Draw a table in the order of `rows`; a click on a heading calls `on_sort` with its column.

    sort, falling : the column that the rows are sorted by, and whether the largest comes first.
    alt : one sentence that says what the table shows, read by screen readers.
    """

    def report() -> None:
        column = st.session_state[element_key(key)].get("sort")
        if column in [one.name for one in columns]:  # a browser may send anything
            on_sort(column)

    header = {
        "kind": "table",
        "alt": alt,
        "sort": sort,
        "falling": falling,
        "columns": [vars(column) for column in columns],
        "rows": [
            {
                "cells": list(row.cells),
                "colour": row.style.colour,
                "dash": row.style.dash,
                "symbol": row.style.symbol,
                "width": row.style.width,
                "note": row.note,
                "strong": [column.name in row.strong for column in columns],
            }
            for row in rows
        ],
    }
    mount(header, key=key, events={"sort": report})

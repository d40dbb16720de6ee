"""The table of scores, with the best of each column in bold."""

import csv
import io
import math
from collections.abc import Sequence

from core.latex_table import latex_table
from core.markdown_table import markdown_table
from core.number_format import with_minus
from core.parameters import values_of
from core.ui.workbench.displayed_result import Entry

COLUMNS = (
    # title, column of the history, format, whether larger is better (None: no judgement)
    ("SNR / dB", "snr", "{:.2f}", True),
    ("PSNR / dB", "psnr", "{:.2f}", True),
    ("SSIM", "ssim", "{:.3f}", True),
    ("‖Gm̂ − d‖ / ‖d‖", "residual", "{:.2e}", None),
    ("Objective", "objective", "{:.4g}", None),
    ("Iterations", "iteration", "{:.0f}", None),
    ("Solver / s", "seconds", "{:.2f}", False),
)


TO_THE_TRUTH = ("snr", "psnr", "ssim")


def score_table(entries: Sequence[Entry], *, truth: bool = True) -> str:
    """The scores as a Markdown table; a best value that everyone shares is not marked.

    Without a `truth`, as of measured data, there are no columns for the distance to it.
    """
    headings, rows = _texts(entries, truth)
    for column, (_, name, _, larger) in enumerate(_columns(truth), start=1):
        best = _best(entries, name, larger)
        for entry, row in zip(entries, rows, strict=True):
            if entry.history.last(name) == best:
                row[column] = f"**{row[column]}**"
    return markdown_table(headings, rows)


def score_latex(entries: Sequence[Entry], *, truth: bool = True, note: str = "") -> str:
    """The same table in LaTeX; `note` is a comment above it."""
    headings, rows = _texts(entries, truth)
    return latex_table(headings, rows, note=note)


def score_csv(entries: Sequence[Entry]) -> str:
    """The same table in full precision, as comma-separated values with the parameters."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["method", "parameters", *(column for _, column, *_ in COLUMNS)])
    for entry in entries:
        values = "; ".join(f"{name}={value}" for name, value in values_of(entry.method).items())
        numbers = [entry.history.last(column) for _, column, *_ in COLUMNS]
        writer.writerow(
            [entry.method.name, values, *("" if math.isnan(n) else repr(n) for n in numbers)]
        )
    return text.getvalue()


def _columns(truth: bool) -> list[tuple[str, str, str, bool | None]]:
    return [column for column in COLUMNS if truth or column[1] not in TO_THE_TRUTH]


def _texts(entries: Sequence[Entry], truth: bool) -> tuple[list[str], list[list[str]]]:
    """The headings, and the texts of each row."""
    columns = _columns(truth)
    rows = []
    for entry in entries:
        values = [(form, entry.history.last(name)) for _, name, form, _ in columns]
        texts = [
            with_minus(form.format(value)) if math.isfinite(value) else "–"
            for form, value in values
        ]
        rows.append([entry.title, *texts])
    return ["Method", *(title for title, *_ in columns)], rows


def _best(entries: Sequence[Entry], column: str, larger: bool | None) -> float | None:
    values = [entry.history.last(column) for entry in entries]
    finite = [value for value in values if math.isfinite(value)]
    if larger is None or len(set(finite)) < 2:
        return None
    return max(finite) if larger else min(finite)

"""The table of scores, with the best of each column in bold."""

import csv
import io
import math
from collections.abc import Sequence

from core.markdown_table import markdown_table
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
    rows = []
    columns = [column for column in COLUMNS if truth or column[1] not in TO_THE_TRUTH]
    best = [_best(entries, column, larger) for _, column, _, larger in columns]
    for entry in entries:
        cells = [entry.title]
        for (_, column, form, _), winner in zip(columns, best, strict=True):
            value = entry.history.last(column)
            text = form.format(value) if math.isfinite(value) else "–"
            cells.append(f"**{text}**" if value == winner else text)
        rows.append(cells)
    return markdown_table(["Method", *(title for title, *_ in columns)], rows)


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


def _best(entries: Sequence[Entry], column: str, larger: bool | None) -> float | None:
    values = [entry.history.last(column) for entry in entries]
    finite = [value for value in values if math.isfinite(value)]
    if larger is None or len(set(finite)) < 2:
        return None
    return max(finite) if larger else min(finite)

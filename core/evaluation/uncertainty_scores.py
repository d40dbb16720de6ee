"""The file of the samplers' scores, `assets/uncertainty.json`, and its table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.evaluation.readme import RESULTS, between, rewrite
from core.evaluation.row_file import lines_in, rounded, with_nan, write
from core.evaluation.uncertainty import VIEWS, SampledRow, samplers
from core.markdown_table import markdown_table
from core.number_format import mean_text
from core.problem.stored import ASSETS
from core.spread import Spread, spread_of

FILE = ASSETS / "uncertainty.json"
FORMAT = 1
DECIMALS = 4
COLUMNS = tuple(field.name for field in fields(SampledRow))
MARK = "uncertainty"
HEADINGS = (
    "sampler",
    "slices",
    "SNR of the mean / dB",
    "residual",
    "spread / skill",
    "correlation",
    "at 2 px blur",
    "coverage",
    "× α, same head",
    "× α, other head",
    "constant width",
    "quarter of most spread: × α",
    "constant",
    "CPU s a sample",
)


def load(path: Path = FILE) -> tuple[SampledRow, ...]:
    """The rows of the file; none where it is not there. Raises `InputError` for a damaged one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return tuple(SampledRow(**with_nan(line)) for line in lines_in(content, FORMAT, COLUMNS))
    except FileNotFoundError:
        return ()
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"The scores in {path.name} cannot be read. Take the file from the repository again, "
            "or delete it and run `python -m core uncertainty`."
        ) from error


def save(rows: Sequence[SampledRow], path: Path = FILE) -> None:
    """Put rows into the file, in place of those of the same scans and methods."""
    replaced = {(row.scan, row.method) for row in rows}
    kept = [row for row in load(path) if (row.scan, row.method) not in replaced]
    scans, methods = list(VIEWS), [method.name for method in samplers(2)]

    def place(row: SampledRow) -> tuple[Any, ...]:
        return scans.index(row.scan), methods.index(row.method), row.subject, row.number

    merged = sorted([*kept, *rows], key=place)
    write(path, FORMAT, COLUMNS, (rounded(asdict(row), DECIMALS) for row in merged))


def as_json(rows: Sequence[SampledRow]) -> str:
    """One line: an array of an object each, as the file has them."""
    return json.dumps([rounded(asdict(row), DECIMALS) for row in rows], allow_nan=False)


def as_markdown(rows: Sequence[SampledRow]) -> str:
    """A table for each scan; mean ± standard deviation over the slices."""
    text = ""
    for scan in dict.fromkeys(row.scan for row in rows):
        cells = []
        for method in dict.fromkeys(row.method for row in rows if row.scan == scan):
            mine = [row for row in rows if (row.scan, row.method) == (scan, method)]
            cells.append([method, str(len(mine)), *(_cell(mine, *column) for column in CELLS)])
        text += f"**{scan}**\n\n{markdown_table(HEADINGS, cells)}\n\n"
    return text


CELLS = (
    ("snr", 2),
    ("residual", 2),
    ("spread_over_skill", 2),
    ("correlation", 2),
    ("correlation_blurred", 2),
    ("coverage", 2),
    ("coverage_own", 2),
    ("coverage_other", 2),
    ("coverage_constant", 2),
    ("quarter_own", 2),
    ("quarter_constant", 2),
    ("seconds", 2),
)


def mean_of(rows: Sequence[SampledRow], name: str) -> Spread:
    """Mean and standard deviation of a column; NaN where a row has no number."""
    return spread_of(getattr(row, name) for row in rows)


def update_results(rows: Sequence[SampledRow]) -> None:
    """Write the tables into `docs/results.md`, if it is there."""
    rewrite(RESULTS, lambda text: between(MARK, text, as_markdown(rows)))


def _cell(rows: Sequence[SampledRow], name: str, decimals: int) -> str:
    return mean_text(*mean_of(rows, name), f".{decimals}f")

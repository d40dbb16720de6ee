"""The rows of a comparison: mean and spread over its scans, and the gain over total variation."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.scores import Row
from core.evaluation.summary import REFERENCE, summaries
from core.latex_table import latex_table
from core.number_format import mean_text, significant
from core.spread import Spread, spread_of
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.tuned import tuned_parameter

SETTINGS = {"default": "default", "rule": "a rule", "oracle": "oracle"}
"""The ways of tuning in words; a rule says in the result which one it was."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A column of numbers: its title and how they are written.

    `larger` says whether larger is better, None for what is no judgement. `truth` is True for a
    column that needs the truth, False for one that takes its place.
    """

    title: str
    form: str
    help: str
    larger: bool | None = None
    truth: bool | None = None


MEASURES: Mapping[str, Measure] = {
    "snr": Measure(
        title="SNR / dB",
        form=".2f",
        larger=True,
        truth=True,
        help="20 log₁₀(‖m‖ / ‖m̂ − m‖), with the truth m",
    ),
    "gain": Measure(
        title="over TV / dB",
        form="+.2f",
        larger=True,
        truth=True,
        help="The gain over total variation with its best weight, on the same slices",
    ),
    "psnr": Measure(
        title="PSNR / dB",
        form=".2f",
        larger=True,
        truth=True,
        help="Peak signal-to-noise ratio; the peak is the range of the truth",
    ),
    "ssim": Measure(
        title="SSIM", form=".3f", larger=True, truth=True, help="Mean structural similarity"
    ),
    "residual": Measure(
        title="residual", form=".1e", help="‖Gm̂ − d‖ / ‖d‖: how much of the data is unexplained"
    ),
    "held_out": Measure(
        title="held-out views",
        form=".1e",
        larger=False,
        truth=False,
        help="The same in every fifth view, predicted from the other views alone",
    ),
    "seconds": Measure(
        title="seconds", form=".2f", help="Of the solver alone, with these parameters"
    ),
    "iterations": Measure(title="iterations", form=".0f", help="Iterations, passes or stages"),
}


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    """One candidate: what is measured of it as (mean, standard deviation) over `scans` scans.

    `name` is the title with the setting, where there may be several. `parameter` is what was tuned
    and its value, "" where nothing was; `value` is that on the first scan. `failed` is a sentence
    that says why there are no numbers, `note` one about how it ended.
    """

    candidate: int
    title: str
    name: str
    setting: str
    parameter: str
    value: float | None
    scans: int
    numbers: Mapping[str, Spread]
    failed: str = ""
    note: str = ""

    def text(self, measure: str) -> str:
        """A number as it is written, with its deviation where there are several scans."""
        if measure not in self.numbers:
            return "–"
        mean, deviation = self.numbers[measure]
        if measure == "iterations" and deviation == 0:
            deviation = math.nan  # as many as were asked for on every scan
        return mean_text(mean, deviation, MEASURES[measure].form)


def compared_rows(comparison: Comparison, result: ComparisonResult) -> list[ComparedRow]:
    """A row for each candidate that has an image or has failed, in their order."""
    gains = _gains(comparison.candidates, result)
    rows = []
    for number, candidate in enumerate(comparison.candidates):
        failed = result.said(number, "failed")
        known = np.isfinite(result["residual"][:, number])
        if not known.any() and not failed:
            continue
        numbers = {
            name: spread_of(values[np.isfinite(values)])
            for name in MEASURES
            if name != "gain" and np.isfinite(values := result[name][:, number]).any()
        }
        if number in gains:
            numbers["gain"] = gains[number]
        setting = result.said(number, "rule") or SETTINGS[candidate.tuning]
        plain = candidate.tuning == "default" or candidate.heading
        rows.append(
            ComparedRow(
                candidate=number,
                title=candidate.title,
                name=candidate.title if plain else f"{candidate.title}, {setting}",
                setting=setting,
                value=value if np.isfinite(value := float(result["value"][0, number])) else None,
                parameter=_parameter(candidate, result["value"][:, number]),
                scans=int(known.sum()),
                numbers=numbers,
                failed="" if known.any() else failed,
                note=result.said(number, "note"),
            )
        )
    return rows


def measures_of(rows: Sequence[ComparedRow]) -> list[str]:
    """The columns that any of the rows has."""
    return [name for name in MEASURES if any(name in row.numbers for row in rows)]


def in_order(rows: Sequence[ComparedRow], measure: str, *, falling: bool) -> list[ComparedRow]:
    """The rows sorted by the mean of a measure, those without one last; as they are without it."""
    if measure not in MEASURES:
        return list(rows)
    known = [row for row in rows if measure in row.numbers]
    ordered = sorted(known, key=lambda row: row.numbers[measure][0], reverse=falling)
    return [*ordered, *(row for row in rows if measure not in row.numbers)]


def best_of(rows: Sequence[ComparedRow], measure: str) -> float | None:
    """The best mean of a measure; None where it is no judgement or all are alike."""
    larger = MEASURES[measure].larger
    means = [row.numbers[measure][0] for row in rows if measure in row.numbers]
    if larger is None or len(set(means)) < 2:
        return None
    return max(means) if larger else min(means)


def table_cells(rows: Sequence[ComparedRow]) -> tuple[list[str], list[list[str]]]:
    """Headings and cells of the whole table as texts; a failure is a sentence in the first cell."""
    measures = measures_of(rows)
    headings = ["method", "parameters", "slices", *(MEASURES[name].title for name in measures)]
    cells = [
        [
            f"{row.title} ({row.failed})" if row.failed else row.title,
            f"{row.setting}: {row.parameter}" if row.parameter else row.setting,
            str(row.scans),
            *(row.text(name) for name in measures),
        ]
        for row in rows
    ]
    return headings, cells


def table_csv(rows: Sequence[ComparedRow]) -> str:
    """The table in full precision: a mean for each measure, and over slices its deviation."""
    measures = measures_of(rows)
    text = io.StringIO()
    writer = csv.writer(text)
    columns = [column for name in measures for column in (name, f"{name}_deviation")]
    writer.writerow(["method", "setting", "parameter", "slices", *columns, "remark"])
    for row in rows:
        numbers: list[str | float] = []
        for name in measures:
            mean, deviation = row.numbers.get(name, ("", math.nan))
            numbers += [mean, "" if math.isnan(deviation) else deviation]
        remark = row.failed or row.note
        writer.writerow([row.title, row.setting, row.parameter, row.scans, *numbers, remark])
    return text.getvalue()


def table_latex(rows: Sequence[ComparedRow], note: str = "") -> str:
    """The table in LaTeX; `note` is a comment above it."""
    headings, cells = table_cells(rows)
    return latex_table(headings, cells, align="llr", note=note)


def _gains(candidates: Sequence[EvaluatedMethod], result: ComparisonResult) -> dict[int, Spread]:
    """What each candidate gains over total variation on the scans that both have."""
    names = [REFERENCE if one.name == REFERENCE else str(n) for n, one in enumerate(candidates)]
    rows = [
        Row(
            benchmark="comparison",
            subject="",
            noise=0.0,
            number=scan,
            method=names[number],
            digest="",
            **{name: float(result[name][scan, number]) for name in SCORES},
        )
        for scan in range(result.table.shape[1])
        for number in range(len(candidates))
        if all(np.isfinite(result[name][scan, number]) for name in SCORES)
    ]
    gains = {summary.method: summary.gain for summary in summaries(rows)}
    return {n: gain for n, name in enumerate(names) if (gain := gains.get(name)) is not None}


SCORES = ("snr", "psnr", "ssim", "residual")


def _parameter(candidate: EvaluatedMethod, values: np.ndarray) -> str:
    """What was tuned, and its value or the range of its values over the scans."""
    parameter, known = tuned_parameter(candidate.method), values[np.isfinite(values)]
    if candidate.tuning == "default" or parameter is None or not known.size:
        return ""
    ends = dict.fromkeys(significant(float(end)) for end in (known.min(), known.max()))
    return f"{parameter.name.replace('_', ' ')} {' to '.join(ends)}"

"""Means and standard deviations of the scores, for tables and for the page.

Methods that take minutes have seen fewer images than others, and some images are easier than
others: means over different images must not be ranked together. So every method is compared with
total variation on the very images that it has seen, and ranked by what it gains there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from core.evaluation.scores import ON_FINER_GRID, Key, Row

REFERENCE = "tv"
"""The method against which the gain is counted."""

ALL = "all"
"""The subject under which several are taken together."""

Spread = tuple[float, float]
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A method on one subject with one level of noise; each measure is (mean, deviation).

    All are over the same `images`: those that the method and tuned total variation have seen.
    `gain` is the PSNR over total variation in dB, which is the gain in SNR too, and
    `reference_snr` the SNR of total variation; both are None where it has seen none of them.

    `finer_images` of them were reconstructed from data of a finer grid too: `finer_snr` is the SNR
    there, and `inverse_crime` by how much the SNR is higher on the same images where the matrix
    that inverts the data has made them. Both are None where there are no such images.
    """

    benchmark: str
    subject: str
    noise: float
    method: str
    images: int
    snr: Spread
    reference_snr: Spread | None
    psnr: Spread
    ssim: Spread
    residual: Spread
    gain: Spread | None
    finer_images: int = 0
    finer_snr: Spread | None = None
    inverse_crime: Spread | None = None


def summaries(rows: Sequence[Row]) -> list[Summary]:
    """One summary for each benchmark, subject, noise and method, the least gain first.

    Where a benchmark has several subjects, they are summed up together too, under `ALL`. Scores of
    the same images on a finer grid stand beside the others.
    """
    table = []
    names = _distinct(row.benchmark for row in rows)
    finer = {replace(row, benchmark=_usual(row.benchmark)).key: row for row in rows if _finer(row)}
    for benchmark in names:
        if benchmark != _usual(benchmark) and _usual(benchmark) in names:
            continue  # a column beside the usual scores
        of_benchmark = [row for row in rows if row.benchmark == benchmark]
        subjects = _distinct(row.subject for row in of_benchmark)
        for subject in [*subjects, ALL] if len(subjects) > 1 else subjects:
            of_subject = [row for row in of_benchmark if subject in (ALL, row.subject)]
            for noise in _distinct(row.noise for row in of_subject):
                group = [row for row in of_subject if row.noise == noise]
                base = {(r.subject, r.number): r for r in group if r.method == REFERENCE}
                methods = [
                    _summary(subject, [row for row in group if row.method == method], base, finer)
                    for method in _distinct(row.method for row in group)
                ]
                table += sorted(methods, key=_rank)
    return table


def _rank(summary: Summary) -> tuple[bool, float]:
    """By the gain; methods that cannot be compared come before all others, by their PSNR."""
    gain = summary.gain
    return (False, summary.psnr[0]) if gain is None else (True, gain[0])


def _usual(benchmark: str) -> str:
    """The benchmark with the same images on the image's own grid."""
    return benchmark.removesuffix(ON_FINER_GRID)


def _finer(row: Row) -> bool:
    return row.benchmark.endswith(ON_FINER_GRID)


def _summary(
    subject: str,
    rows: Sequence[Row],
    base: Mapping[tuple[str, int], Row],
    finer: Mapping[Key, Row],
) -> Summary:
    first = rows[0]
    compared = [row for row in rows if (row.subject, row.number) in base]
    rows = compared or rows
    pairs = [(row, base[row.subject, row.number]) for row in compared]
    both = [(row, finer[row.key]) for row in rows if row.key in finer]
    return Summary(
        benchmark=first.benchmark,
        subject=subject,
        noise=first.noise,
        method=first.method,
        images=len(rows),
        snr=_spread(row.snr for row in rows),
        psnr=_spread(row.psnr for row in rows),
        ssim=_spread(row.ssim for row in rows),
        residual=_spread(row.residual for row in rows),
        reference_snr=_spread(tv.snr for _, tv in pairs) if pairs else None,
        gain=_spread(row.psnr - tv.psnr for row, tv in pairs) if pairs else None,
        finer_images=len(both),
        finer_snr=_spread(other.snr for _, other in both) if both else None,
        inverse_crime=_spread(row.snr - other.snr for row, other in both) if both else None,
    )


def _spread(values: Iterable[float]) -> Spread:
    array = np.fromiter(values, np.float64)
    return float(array.mean()), float(array.std(ddof=1)) if len(array) > 1 else 0.0


def _distinct(values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))

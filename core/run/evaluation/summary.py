"""Means and standard deviations of the scores, for tables and for the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core.run.evaluation.scores import Row

REFERENCE = "tv"
"""The method against which the gain is counted."""

ALL = "all"
"""The subject under which several are taken together."""

Spread = tuple[float, float]
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A method on one subject with one level of noise; each measure is (mean, deviation).

    `gain` is the PSNR over tuned total variation on the same images, in dB, which is the gain
    in SNR too; None where there are none. `images` is how many were seen.
    """

    benchmark: str
    subject: str
    noise: float
    method: str
    images: int
    snr: Spread
    psnr: Spread
    ssim: Spread
    residual: Spread
    gain: Spread | None


def summaries(rows: Sequence[Row]) -> list[Summary]:
    """One summary for each benchmark, subject, noise and method, the worst first.

    Where a benchmark has several subjects, they are summed up together too, under `ALL`.
    """
    found = []
    for benchmark in _distinct(row.benchmark for row in rows):
        own = [row for row in rows if row.benchmark == benchmark]
        subjects = _distinct(row.subject for row in own)
        for subject in [*subjects, ALL] if len(subjects) > 1 else subjects:
            chosen = [row for row in own if subject in (ALL, row.subject)]
            for noise in _distinct(row.noise for row in chosen):
                group = [row for row in chosen if row.noise == noise]
                base = {(r.subject, r.number): r.psnr for r in group if r.method == REFERENCE}
                methods = [
                    _summary(subject, [row for row in group if row.method == method], base)
                    for method in _distinct(row.method for row in group)
                ]
                found += sorted(methods, key=lambda summary: summary.psnr)
    return found


def _summary(subject: str, rows: Sequence[Row], base: dict[tuple[str, int], float]) -> Summary:
    first = rows[0]
    gains = [
        row.psnr - base[row.subject, row.number]
        for row in rows
        if (row.subject, row.number) in base
    ]
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
        gain=_spread(gains) if gains else None,
    )


def _spread(values: Iterable[float]) -> Spread:
    array = np.fromiter(values, np.float64)
    return float(array.mean()), float(array.std(ddof=1)) if len(array) > 1 else 0.0


def _distinct(values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))

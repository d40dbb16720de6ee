"""Means and standard deviations of the scores, for tables and for the page.

Methods that take minutes have seen fewer images than others, and some images are easier than
others: means over different images must not be ranked together. So every method is compared with
total variation on the very images that it has seen, and ranked by what it gains there.

Neighbouring slices of one head are nearly one image: their number says little about a new person.
So where a benchmark has several subjects, each of them counts once, with the mean over its slices,
and the deviation is that between subjects.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from core.evaluation.scores import ON_FINER_GRID, Key, Row
from core.spread import Spread, spread_of, spread_over_groups

REFERENCE = "tv"
"""The method against which the gain is counted."""

ALL = "all"
"""The subject under which several are taken together, each with the same weight."""

FEWEST = 5
"""Images of a subject; what fewer images say of a method is not compared on common ones."""

Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A method on one subject with one level of noise; each measure is (mean, deviation).

    The deviation is NaN where there is one image, or one subject.
    All are over the same `images`: those that the method and tuned total variation have seen. Under
    `ALL` they are over the means of the subjects, and `gains` has the gain of each subject.
    `gain` is the PSNR over total variation in dB, which is the gain in SNR too, `ssim_gain` and
    `ssim_gains` are the same for the SSIM, and `reference_snr` is the SNR of total variation; they
    are None, or empty, where it has seen none of them.

    `finer_images` of them were reconstructed from data of a finer grid too: `finer_snr` is the SNR
    there, and `inverse_crime` by how much the SNR is higher on the same images where the matrix
    that inverts the data has made them. Both are None where there are no such images.
    `finer_gain` is the gain on the finer grid, and `usual_gain` that on the image's own grid,
    over those images that total variation has seen on both grids.

    `common_gain` is the gain over the `common_images` that all methods of the group have seen;
    methods that have seen fewer than `FEWEST` images of a subject are left out of this.
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
    ssim_gain: Spread | None = None
    finer_images: int = 0
    finer_snr: Spread | None = None
    inverse_crime: Spread | None = None
    finer_gain: Spread | None = None
    usual_gain: Spread | None = None
    common_images: int = 0
    common_gain: Spread | None = None
    gains: Mapping[str, Spread] = field(default_factory=dict)
    ssim_gains: Mapping[str, Spread] = field(default_factory=dict)


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
                methods = _of_group(subject, group, finer)
                table += sorted(methods, key=_rank)
    return table


def _of_group(subject: str, group: Sequence[Row], finer: Mapping[Key, Row]) -> list[Summary]:
    """The summaries of all methods on one subject with one level of noise."""
    base = {_image(row): row for row in group if row.method == REFERENCE}
    names = _distinct(row.method for row in group)
    seen = {name: {_image(row) for row in group if row.method == name} for name in names}
    many = {name: images for name, images in seen.items() if _many(images)}
    common = set[tuple[str, int]].intersection(set(base), *many.values())
    return [
        _summary(
            subject,
            [row for row in group if row.method == name],
            base,
            finer,
            common if name in many else set(),
        )
        for name in names
    ]


def _many(images: set[tuple[str, int]]) -> bool:
    counts = Counter(subject for subject, _ in images)
    return min(counts.values()) >= FEWEST


def _rank(summary: Summary) -> tuple[bool, float]:
    """By the gain; methods that cannot be compared come before all others, by their PSNR."""
    gain = summary.gain
    return (False, summary.psnr[0]) if gain is None else (True, gain[0])


def _usual(benchmark: str) -> str:
    """The benchmark with the same images on the image's own grid."""
    return benchmark.removesuffix(ON_FINER_GRID)


def _finer(row: Row) -> bool:
    return row.benchmark.endswith(ON_FINER_GRID)


def _image(row: Row) -> tuple[str, int]:
    return row.subject, row.number


def _summary(
    subject: str,
    rows: Sequence[Row],
    base: Mapping[tuple[str, int], Row],
    finer: Mapping[Key, Row],
    common: set[tuple[str, int]],
) -> Summary:
    first = rows[0]
    compared = [row for row in rows if _image(row) in base]
    rows = compared or rows
    both = [row for row in rows if row.key in finer]
    rivals = [row for row in both if _image(row) in base and base[_image(row)].key in finer]

    mean = partial(_spread, by_subject=subject == ALL)

    def over(rows: Sequence[Row], value: Callable[[Row], float]) -> Spread | None:
        return mean(rows, value) if rows else None

    def gain(row: Row) -> float:
        return row.psnr - base[_image(row)].psnr

    def ssim_gain(row: Row) -> float:
        return row.ssim - base[_image(row)].ssim

    def finer_gain(row: Row) -> float:
        return finer[row.key].psnr - finer[base[_image(row)].key].psnr

    shared = [row for row in compared if _image(row) in common]
    subjects = _distinct(row.subject for row in compared) if subject == ALL else []
    by_subject = {name: [row for row in compared if row.subject == name] for name in subjects}
    return Summary(
        benchmark=first.benchmark,
        subject=subject,
        noise=first.noise,
        method=first.method,
        images=len(rows),
        snr=mean(rows, lambda row: row.snr),
        psnr=mean(rows, lambda row: row.psnr),
        ssim=mean(rows, lambda row: row.ssim),
        residual=mean(rows, lambda row: row.residual),
        reference_snr=over(compared, lambda row: base[_image(row)].snr),
        gain=over(compared, gain),
        ssim_gain=over(compared, ssim_gain),
        finer_images=len(both),
        finer_snr=over(both, lambda row: finer[row.key].snr),
        inverse_crime=over(both, lambda row: row.snr - finer[row.key].snr),
        finer_gain=over(rivals, finer_gain),
        usual_gain=over(rivals, gain),
        common_images=len(shared),
        common_gain=over(shared, gain),
        gains={name: _spread(its, gain) for name, its in by_subject.items()},
        ssim_gains={name: _spread(its, ssim_gain) for name, its in by_subject.items()},
    )


def _spread(
    rows: Sequence[Row], value: Callable[[Row], float], *, by_subject: bool = False
) -> Spread:
    """Mean and deviation over the rows, or over the means of their subjects."""
    if by_subject:
        return spread_over_groups((row.subject, value(row)) for row in rows)
    return spread_of(map(value, rows))


def _distinct(values: Iterable[Value]) -> list[Value]:
    return list(dict.fromkeys(values))

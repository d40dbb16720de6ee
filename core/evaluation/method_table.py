"""How good the methods are on the lecture's scan: means and deviations over many slices."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.markdown_table import markdown_table
from core.methods.base import Method
from core.number_format import mean_text
from core.problem import metrics
from core.problem.images import StoredImage, demo_sets
from core.problem.measurement import SimulatedMeasurement
from core.problem.noise import GaussianNoise, Noise, NoNoise
from core.problem.scan import Scan
from core.spread import spread_of
from core.studies.image_scores import image_scores
from core.studies.solving import last_image

NOISES = (NoNoise(), GaussianNoise(level=0.01))
MEASURES = ("snr", "finer", "psnr", "ssim", "seconds")
"""`finer` is the SNR of data that are simulated on a finer grid; all else is without it."""
FORMATS = {"snr": ".2f", "finer": ".2f", "psnr": ".2f", "ssim": ".3f", "seconds": ".2f"}
HEADINGS = {
    "snr": "SNR / dB",
    "finer": "SNR, finer grid / dB",
    "psnr": "PSNR / dB",
    "ssim": "SSIM",
    "seconds": "seconds",
}


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """Mean and standard deviation of each measure, over `slices` slices of one set.

    One slice has no deviation: NaN.
    """

    set: str
    noise: Noise
    method: str
    slices: int
    means: dict[str, float]
    deviations: dict[str, float]


def score_rows(
    methods: Sequence[Method],
    slices: int,
    noises: Sequence[Noise],
    size: int = 320,
    advance: Callable[[], None] = lambda: None,
) -> Iterator[TableRow]:
    """Yield a row for each set, noise and method; `slices` are spread evenly over a set.

    Every method has its own parameters as given and sees the same data. `seconds` are those of
    the solver alone. `advance` is called after each method and slice.
    """
    for entry in demo_sets():
        numbers = sorted({int(n) for n in np.linspace(0, entry.slices - 1, slices)})
        for noise in noises:
            scans = [
                Scan(image=StoredImage(set=entry.name, slice=n), noise=noise, size=size)
                for n in numbers
            ]
            pairs = [(one.simulate(), replace(one, finer_grid=True).simulate()) for one in scans]
            for method in methods:
                scores = np.array([_scores(method, *pair, advance) for pair in pairs])
                means, deviations = zip(*map(spread_of, scores.T), strict=True)
                yield TableRow(
                    set=entry.name,
                    noise=noise,
                    method=method.name,
                    slices=len(numbers),
                    means=dict(zip(MEASURES, means, strict=True)),
                    deviations=dict(zip(MEASURES, deviations, strict=True)),
                )


def _scores(
    method: Method,
    measurement: SimulatedMeasurement,
    finer: SimulatedMeasurement,
    advance: Callable[[], None],
) -> tuple[float, ...]:
    started = time.perf_counter()
    image = last_image(method, measurement)
    seconds = time.perf_counter() - started
    scores = image_scores(image, measurement)
    finer_snr = metrics.snr(last_image(method, finer), finer.truth)
    advance()
    return scores.snr, finer_snr, scores.psnr, scores.ssim, seconds


def as_markdown(rows: Sequence[TableRow]) -> str:
    """One Markdown table for each set and noise, mean ± standard deviation."""
    parts = []
    for key in dict.fromkeys((row.set, row.noise) for row in rows):
        group = [row for row in rows if (row.set, row.noise) == key]
        name, noise = key
        noise_text = f"{noise.level:.0%} noise" if isinstance(noise, GaussianNoise) else "clean"
        parts.append(f"**{name}, {group[0].slices} slices, {noise_text}**\n")
        lines = [[row.method, *(_cell(row, m) for m in MEASURES)] for row in group]
        headings = ["method", *(HEADINGS[m] for m in MEASURES)]
        parts.append(markdown_table(headings, lines) + "\n")
    return "\n".join(parts)


def _cell(row: TableRow, measure: str) -> str:
    return mean_text(row.means[measure], row.deviations[measure], FORMATS[measure])

"""The lesion test at many places: what share of its contrast each shape keeps, and how surely.

A lesion of every shape is put at random places inside the heads of both demonstration sets. The
head is scanned without and with it, under one draw of the noise, and each method reconstructs both
(see `core.problem.lesion`). A tuned weight is the best for the head without the lesion.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy.ndimage import maximum_filter, minimum_filter

from core.array_types import Image
from core.errors import InputError
from core.evaluation.heads import with_weights
from core.evaluation.trials import Trial, mean_and_deviation
from core.geometry.beams import ParallelBeam
from core.markdown_table import markdown_table
from core.methods.deep_image_prior import DeepImagePrior
from core.number_format import mean_text
from core.problem.images import Lesion, StoredImage, WithLesion, demo_sets
from core.problem.lesion import finding
from core.problem.lesion_shapes import SHAPES
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.available_methods import available_methods
from core.studies.evaluated_method import EvaluatedMethod

EXPERIMENT = "lesions"
PLACES = 20
DRAWN_FIRST = 10
"""Places of a subject that are drawn at once: those of `PLACES`."""
RADIUS, CONTRAST, NOISE = 0.06, 0.2, 0.01
SIZE = 160
"""Half the side of the lecture's scan, with half of its views and detectors: a quarter of the work.
The networks for heads have seen such images in 60 % of their steps or more."""
TISSUE = (0.1, 0.75)
"""Truths around a lesion lie between these: no air, and nothing is cut off at 1."""


def methods() -> tuple[EvaluatedMethod, ...]:
    """All but the deep image prior, which would take a day: every place has every shape."""
    present = (one for one in available_methods()[0] if one.name != DeepImagePrior.name)
    return tuple(with_weights(one) for one in present)


def places(image: Image, count: int, radius: float = RADIUS, seed: int = 0) -> list[Lesion]:
    """Discs of this radius at random places of an image (size, size) that are tissue all around.

    A smaller `count` gives the first of a larger one, so that a number stands for one place.
    Raises `InputError` where there are too few.
    """
    size = len(image)
    side = 2 * int(np.ceil(radius * size)) + 1  # lesion and ring
    low, high = TISSUE
    inside = (minimum_filter(image, side) > low) & (maximum_filter(image, side) < high)
    rows, columns = np.nonzero(inside)
    if len(rows) < count:
        raise InputError(f"The image has {len(rows)} places for a lesion, and {count} are needed.")
    random = np.random.default_rng(seed)
    # What NumPy chooses depends on how many it chooses: so these first, and the rest behind them.
    first = random.choice(len(rows), min(DRAWN_FIRST, len(rows)), replace=False)
    rest = random.permutation(np.setdiff1d(np.arange(len(rows)), first))
    return [
        Lesion(
            x=round(float(2 * (columns[n] + 0.5) / size - 1), 4),
            y=round(float(1 - 2 * (rows[n] + 0.5) / size), 4),
            radius=radius,
            contrast=CONTRAST,
        )
        for n in np.concatenate([first, rest])[:count]
    ]


def run(
    open_to: Callable[[Trial], bool],
    chosen: Sequence[EvaluatedMethod],
    count: int = PLACES,
    size: int = SIZE,
) -> Iterator[Trial | None]:
    """Yield a trial for each method, subject, place and shape; None for one that is not open.

    `count` places are shared evenly among the subjects. `open_to` says whether a trial, whose
    values are not known yet, is to be made.
    """
    subjects = demo_sets()
    for method in chosen:
        for nth, entry in enumerate(subjects):
            share = count // len(subjects) + (nth < count % len(subjects))
            yield from _of_subject(open_to, method, entry.name, entry.default_slice, share, size)


def scan_of(image: StoredImage, size: int = SIZE) -> Scan:
    """The lecture's scan on an image of another size, its views and detectors in proportion."""
    usual = ParallelBeam()
    views = usual.with_angles(-(-usual.view_count * size // 320)).views
    beam = ParallelBeam(views=views, detectors=size // 2, detector_width=2.0)
    return Scan(image=image, size=size, beam=beam, noise=GaussianNoise(level=NOISE))


def _of_subject(
    open_to: Callable[[Trial], bool],
    method: EvaluatedMethod,
    subject: str,
    number: int,
    count: int,
    size: int,
) -> Iterator[Trial | None]:
    image = StoredImage(set=subject, slice=number)
    scan = scan_of(image, size)
    healthy = scan.simulate()
    before = None
    for place, disc in enumerate(places(healthy.truth, count)):
        for shape in SHAPES:
            trial = Trial.to_make(
                EXPERIMENT,
                method,
                subject=subject,
                case=shape,
                number=place,
                constants=(size, RADIUS, CONTRAST, NOISE, TISSUE, DRAWN_FIRST),
            )
            if not open_to(trial):
                yield None
                continue
            lesion = replace(disc, shape=shape)
            before = before or method.solve(healthy)
            sick = replace(scan, image=WithLesion(image=image, lesion=lesion)).simulate()
            after = method.solve(sick, before.sigma, hold=True)
            found = finding(lesion, (healthy.truth, sick.truth), (before.image, after.image))
            values = {"recovered": found.recovered, "false": found.false}
            yield replace(trial, values={**values, "elsewhere": found.elsewhere})


def as_markdown(rows: Sequence[Trial], titles: Callable[[str], str] = str) -> str:
    """The share recovered of each shape by each method, mean ± standard deviation over places."""
    rows = [row for row in rows if row.experiment == EXPERIMENT]
    names = dict.fromkeys(row.method for row in rows)
    cells = []
    for name in names:
        mine = [row for row in rows if row.method == name]
        shapes = [[row for row in mine if row.case == shape] for shape in SHAPES]
        discs = [row for row in mine if row.case == SHAPES[0]]
        cells.append(
            [
                titles(name),
                *(_percent(mean_and_deviation(of_shape, "recovered")) for of_shape in shapes),
                _percent(mean_and_deviation(discs, "false")),
                str(len(discs)),
            ]
        )
    cells.sort(key=lambda line: -float(line[1].split()[0].replace("−", "-")))
    return markdown_table(["method", *SHAPES, "false, of a disc", "places"], cells)


def _percent(values: tuple[float, float]) -> str:
    mean, deviation = values
    return mean_text(100 * mean, 100 * deviation, ".0f")

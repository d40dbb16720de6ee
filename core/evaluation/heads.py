"""Heads: every slice of the sets that are shown, under the lecture's scan, clean and with noise.

No network has seen these people: their slices are not in the training file. The same slices are a
second benchmark, with data that are simulated on a finer grid: no inverse crime.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from core.evaluation.benchmark import Benchmark, Group, spread
from core.evaluation.scores import ON_FINER_GRID
from core.methods.learned_primal_dual import LearnedPrimalDual
from core.problem.images import StoredImage, demo_sets
from core.problem.measurement import SimulatedMeasurement
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Scan
from core.studies.available_methods import available_methods, averaged
from core.studies.evaluated_method import EvaluatedMethod

BENCHMARK = "heads"
FINER = f"{BENCHMARK}{ON_FINER_GRID}"
LEVELS = (0.0, 0.01)
FINER_SLICES = 10
"""Of each set; with a finer grid methods that take minutes are left out, too."""


def benchmark(slices: int | None = None, size: int = 320, *, finer_grid: bool = False) -> Benchmark:
    """The heads: `slices` of each set evenly spread, or all of them.

    Learned primal-dual is also averaged over all orientations.
    """
    methods, absent = available_methods()
    dual = [one.method for one in methods if isinstance(one.method, LearnedPrimalDual)]
    methods = (*methods, *map(averaged, dual))
    if finer_grid:
        methods = tuple(one for one in methods if not one.slow)
    return Benchmark(
        groups=tuple(_groups(slices, size, finer_grid)),
        methods=tuple(map(with_weights, methods)),
        absent=absent,
    )


def finer_grid(slices: int | None = None) -> Benchmark:
    """The same heads, their data simulated on a finer grid: on ten slices of each set by default.

    What is asked is a difference on the same images, and that needs fewer of them.
    """
    return benchmark(slices or FINER_SLICES, finer_grid=True)


def _groups(slices: int | None, size: int, finer_grid: bool) -> Iterator[Group]:
    for entry in demo_sets():
        for level in LEVELS:
            yield Group(
                benchmark=FINER if finer_grid else BENCHMARK,
                subject=entry.name,
                noise=level,
                numbers=spread(entry.slices, slices),
                measure=partial(_scan, entry.name, level, size, finer_grid),
            )


def _scan(
    subject: str, level: float, size: int, finer_grid: bool, number: int
) -> SimulatedMeasurement:
    noise = GaussianNoise(level=level) if level else NoNoise()
    image = StoredImage(set=subject, slice=number)
    return Scan(image=image, noise=noise, size=size, finer_grid=finer_grid).simulate()


def with_weights(evaluated: EvaluatedMethod) -> EvaluatedMethod:
    """The method with the digest of its network, where one is trained."""
    from core.networks.weights import digest_of

    name = evaluated.method.network
    return evaluated if name is None else replace(evaluated, weights=digest_of(name))

"""Heads: every slice of the sets that are shown, under the lecture's scan, clean and with noise.

No network has seen these people: their slices are not in the training file.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from core.evaluation.benchmark import Benchmark, Group, spread
from core.problem.images import StoredImage, demo_sets
from core.problem.measurement import Measurement
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Scan
from core.studies.available_methods import available_methods
from core.studies.evaluated_method import EvaluatedMethod

BENCHMARK = "heads"
LEVELS = (0.0, 0.01)


def benchmark(slices: int | None = None, size: int = 320) -> Benchmark:
    """The heads: `slices` of each set evenly spread, or all of them."""
    methods, absent = available_methods()
    return Benchmark(
        groups=tuple(_groups(slices, size)),
        methods=tuple(map(_with_weights, methods)),
        absent=absent,
    )


def _groups(slices: int | None, size: int) -> Iterator[Group]:
    for entry in demo_sets():
        for level in LEVELS:
            yield Group(
                benchmark=BENCHMARK,
                subject=entry.name,
                noise=level,
                numbers=spread(entry.slices, slices),
                measure=partial(_scan, entry.name, level, size),
            )


def _scan(subject: str, level: float, size: int, number: int) -> Measurement:
    noise = GaussianNoise(level=level) if level else NoNoise()
    return Scan(image=StoredImage(set=subject, slice=number), noise=noise, size=size).simulate()


def _with_weights(evaluated: EvaluatedMethod) -> EvaluatedMethod:
    """The method with the digest of its network, where one is trained."""
    from core.networks.weights import digest_of

    name = evaluated.method.network
    return evaluated if name is None else replace(evaluated, weights=digest_of(name))

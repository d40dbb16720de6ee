"""Heads: every slice of the sets that are shown, under the lecture's scan, clean and with noise.

No network has seen these people: their slices are not in the training file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from core.methods.trained import network_of
from core.problem.images import StoredImage, demo_sets
from core.problem.noise import Noise
from core.problem.scan import Measurement, Scan
from core.run.evaluated_method import EvaluatedMethod
from core.run.evaluation.exams import Exam, Group, spread
from core.run.lineup import lineup

BENCHMARK = "heads"
LEVELS = (0.0, 0.01)

MOST: Mapping[str, int] = {"plug_and_play": 11, "red": 11, "deep_image_prior": 2}
"""Methods that take minutes see this many slices of each set."""


def exam(slices: int | None = None, size: int = 320) -> Exam:
    """The heads: `slices` of each set evenly spread, or all of them."""
    methods, absent = lineup()
    return Exam(
        groups=tuple(_groups(slices, size)),
        methods=tuple(map(_with_weights, methods)),
        absent=absent,
        most=MOST,
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
    noise = Noise(kind="gaussian", level=level) if level else Noise()
    return Scan(image=StoredImage(set=subject, slice=number), noise=noise, size=size).simulate()


def _with_weights(evaluated: EvaluatedMethod) -> EvaluatedMethod:
    """The method with the digest of its network, where one is trained."""
    from core.networks.weights import digest_of

    name = network_of(evaluated.method)
    return evaluated if name is None else replace(evaluated, weights=digest_of(name))

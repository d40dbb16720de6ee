"""Heads: every slice of the sets that are shown, under the lecture's scan, clean and with noise.

No network has seen these people: their slices are not in the training file.
"""

from collections.abc import Iterator
from functools import partial

from core.methods import METHODS
from core.methods.base import Method
from core.methods.fbp import FBP
from core.problem.errors import InputError
from core.problem.images import StoredImage, demo_sets
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Measurement, Scan
from core.run.evaluation.contenders import Contender, Fixed, Tuned
from core.run.evaluation.exams import Exam, Group, spread

BENCHMARK = "heads"
LEVELS = (0.0, 0.01)


def exam(slices: int | None = None, size: int = 320) -> Exam:
    """The heads: `slices` of each set evenly spread, or all of them."""
    contenders: list[Contender] = [Fixed(method="fbp", solver=FBP()), Tuned()]
    absent = []
    for method in METHODS:
        if method.family == "learned":
            try:
                contenders.append(_learned(method))
            except InputError as error:
                absent.append(str(error))
    return Exam(
        groups=tuple(_groups(slices, size)), contenders=tuple(contenders), absent=tuple(absent)
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


def _learned(method: type[Method]) -> Contender:
    """The method with its own settings; raise `InputError` when its weights are not there."""
    from core.networks.weights import card_of, digest_of

    name = method.network
    digest = ""
    if name is not None:
        card_of(name)
        digest = digest_of(name)
    return Fixed(method=method.name, solver=method(), weights=digest, most=method.benchmark_images)

"""Judge whoever has not been judged yet, and keep what is known at every moment."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.evaluation.benchmark import Exam, Group, spread
from core.evaluation.scores import FILE, Key, Row, save, scores
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.image_scores import image_scores

SAVE_EVERY = 15.0
"""Seconds after which new rows are written."""


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """One reconstruction that is to be made and judged."""

    group: Group
    method: EvaluatedMethod
    number: int

    @property
    def key(self) -> Key:
        """The key of its row."""
        group = self.group
        return group.benchmark, group.subject, group.noise, self.number, self.method.name


def sittings(exam: Exam) -> Iterator[Sitting]:
    """Everything that an exam asks for, method by method, the small groups first."""
    for method in exam.methods:
        for group in sorted(exam.groups, key=lambda group: len(group.numbers)):
            for place in spread(len(group.numbers), method.method.benchmark_images):
                yield Sitting(group=group, method=method, number=group.numbers[place])


def open_sittings(exams: Sequence[Exam], path: Path = FILE) -> list[Sitting]:
    """The sittings without a row in the file, or with one that is out of date."""
    known = {row.key: row.digest for row in scores(path) or ()}
    return [
        sitting
        for exam in exams
        for sitting in sittings(exam)
        if known.get(sitting.key) != sitting.method.digest
    ]


def run(
    todo: Sequence[Sitting],
    path: Path = FILE,
    *,
    advance: Callable[[], None] = lambda: None,
    tell: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Reconstruct, judge, and write the rows into the file now and then and when it ends.

    `advance` is called after each sitting, `tell` with a sentence when an image is no image.
    """
    weights = {row.key: row.sigma for row in scores(path) or ()}
    fresh: list[Row] = []
    saved = time.monotonic()
    try:
        for sitting in todo:
            row = _judged(sitting, _hint(sitting, weights))
            if all(math.isfinite(value) for value in (row.snr, row.psnr, row.ssim, row.residual)):
                fresh.append(row)
                weights[row.key] = row.sigma
            else:
                tell(f"{row.method} gave no finite image of {row.subject} {row.number}.")
            advance()
            if time.monotonic() - saved > SAVE_EVERY:
                # All of them each time: another evaluation may have written over the last ones.
                save(fresh, path)
                saved = time.monotonic()
    finally:
        if fresh:
            save(fresh, path)


def _judged(sitting: Sitting, hint: float | None) -> Row:
    group, method = sitting.group, sitting.method
    measurement = group.measure(sitting.number)
    solution = method.solve(measurement, hint)
    return Row(
        benchmark=group.benchmark,
        subject=group.subject,
        noise=group.noise,
        number=sitting.number,
        method=method.name,
        digest=method.digest,
        sigma=solution.sigma,
        **asdict(image_scores(solution.image, measurement)),
    )


def _hint(sitting: Sitting, weights: dict[Key, float | None]) -> float | None:
    """The weight of the nearest slice of the group that the method has already had."""
    *group, number, method = sitting.key
    near = {
        abs(other - number): weight
        for (*about, other, name), weight in weights.items()
        if about == group and name == method and weight is not None
    }
    return near[min(near)] if near else None

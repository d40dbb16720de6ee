"""Evaluate the cases that have no scores yet, saving the rows at intervals."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from core.evaluation.benchmark import Benchmark, Group, spread
from core.evaluation.row_file import saved_at_intervals
from core.evaluation.scores import FILE, Key, Row, save, scores
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.image_scores import image_scores


@dataclass(frozen=True, kw_only=True)
class EvaluationCase:
    """One reconstruction that is to be made and scored."""

    group: Group
    method: EvaluatedMethod
    number: int

    @property
    def key(self) -> Key:
        """The key of its row."""
        group = self.group
        return group.benchmark, group.subject, group.noise, self.number, self.method.name


def cases(benchmark: Benchmark) -> Iterator[EvaluationCase]:
    """The cases of a benchmark, method by method, the small groups first."""
    for method in benchmark.methods:
        for group in sorted(benchmark.groups, key=lambda group: len(group.numbers)):
            for index in spread(len(group.numbers), method.count):
                yield EvaluationCase(group=group, method=method, number=group.numbers[index])


def open_cases(benchmarks: Sequence[Benchmark], path: Path = FILE) -> list[EvaluationCase]:
    """The cases without a row in the file, or with one that is out of date."""
    scored = {row.key: row.digest for row in scores(path) or ()}
    return [
        case
        for benchmark in benchmarks
        for case in cases(benchmark)
        if scored.get(case.key) != case.method.digest
    ]


def run(
    todo: Sequence[EvaluationCase],
    path: Path = FILE,
    *,
    advance: Callable[[], None] = lambda: None,
    report: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Reconstruct, score, and write the rows into the file at intervals and at the end.

    `advance` is called after each case, `report` with a sentence where an image
    is not finite.
    """
    weights = {row.key: row.sigma for row in scores(path) or ()}
    with saved_at_intervals(partial(save, path=path)) as take:
        for case in todo:
            row = _evaluated(case, _hint(case, weights))
            finite = all(map(math.isfinite, (row.snr, row.psnr, row.ssim, row.residual)))
            if finite:
                weights[row.key] = row.sigma
            else:
                report(f"{row.method} gave no finite image of {row.subject} {row.number}.")
            take(row if finite else None)
            advance()


def _evaluated(case: EvaluationCase, hint: float | None) -> Row:
    group, method = case.group, case.method
    measurement = group.measure(case.number)
    solution = method.solve(measurement, hint)
    return Row(
        benchmark=group.benchmark,
        subject=group.subject,
        noise=group.noise,
        number=case.number,
        method=method.name,
        digest=method.digest,
        sigma=solution.sigma,
        **asdict(image_scores(solution.image, measurement)),
    )


def _hint(case: EvaluationCase, weights: dict[Key, float | None]) -> float | None:
    """The weight of the nearest slice of the group that the method has already had."""
    *group, number, method = case.key
    near = {
        abs(other - number): weight
        for (*about, other, name), weight in weights.items()
        if about == group and name == method and weight is not None
    }
    return near[min(near)] if near else None

"""Worst-case noise on slices of both people: how much it changes an image, beside random noise.

The norm of the noise is that of 1 % Gaussian noise, on clean data (see `core.studies.attack`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from core.evaluation.benchmark import spread
from core.evaluation.heads import with_weights
from core.evaluation.trials import Trial
from core.markdown_table import markdown_table
from core.number_format import mean_text
from core.problem.images import StoredImage, demo_sets
from core.problem.scan import Scan
from core.spread import spread_over_groups
from core.studies.attack import attack
from core.studies.available_methods import available_methods
from core.studies.differentiable import has_gradient
from core.studies.evaluated_method import EvaluatedMethod

EXPERIMENT = "worst_case"
LEVEL, STEPS, SLICES = 0.01, 12, 3
SLOW_SLICES = 1
"""Of each head, for methods that take many passes of a network: the middle one of the others'."""

CASE = f"{100 * LEVEL:g} %"


def methods() -> tuple[EvaluatedMethod, ...]:
    """Those that the search is written for."""
    present, _ = available_methods()
    return tuple(with_weights(one) for one in present if has_gradient(one.method, Scan()))


def run(
    open_to: Callable[[Trial], bool],
    chosen: Sequence[EvaluatedMethod],
    slices: int = SLICES,
    size: int = 320,
    steps: int = STEPS,
) -> Iterator[Trial | None]:
    """Yield a trial for each method and slice; None for one that is not open."""
    for method in chosen:
        for entry in demo_sets():
            for number in spread(entry.slices, SLOW_SLICES if method.slow else slices):
                trial = Trial.to_make(
                    EXPERIMENT,
                    method,
                    subject=entry.name,
                    case=CASE,
                    number=number,
                    constants=(size, LEVEL, steps),
                )
                if not open_to(trial):
                    yield None
                    continue
                scan = Scan(image=StoredImage(set=entry.name, slice=number), size=size)
                found = attack(method, scan.simulate(), level=LEVEL, steps=steps, seed=number)
                values = {"random": found.random, "worst": found.worst}
                names = ("snr_clean", "snr_random", "snr_worst")
                values |= dict(zip(names, map(float, found.snr), strict=True))
                yield replace(trial, values=values)


def as_markdown(rows: Sequence[Trial], titles: Callable[[str], str] = str) -> str:
    """κ of random and of worst-case noise, and the SNR; mean ± standard deviation over people.

    Each person counts once, with the mean over the slices.
    """
    rows = [row for row in rows if row.experiment == EXPERIMENT]
    cells = []
    for name in dict.fromkeys(row.method for row in rows):
        mine = [row for row in rows if row.method == name]
        columns = ("random", "worst", "snr_clean", "snr_random", "snr_worst")
        spreads = [
            spread_over_groups((row.subject, row.values[column]) for row in mine)
            for column in columns
        ]
        numbers = [mean_text(*one, ".2f") for one in spreads]
        cells.append([titles(name), *numbers, str(len(mine))])
    cells.sort(key=lambda line: float(line[2].split()[0].replace("−", "-")))
    headings = ["method", "κ, random noise", "κ, worst noise", "SNR, clean / dB"]
    return markdown_table([*headings, "random / dB", "worst / dB", "slices"], cells)

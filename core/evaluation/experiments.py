"""The experiments whose results are trials: what is run, and the tables of all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from core.evaluation import lesions, worst_case
from core.evaluation.row_file import saved_at_intervals
from core.evaluation.trials import FILE, Trial, save, trials

Open = Callable[[Trial], bool]


def _lesions(open_to: Open, count: int | None) -> Iterator[Trial | None]:
    return lesions.run(open_to, lesions.methods(), count or lesions.PLACES)


def _worst_case(open_to: Open, count: int | None) -> Iterator[Trial | None]:
    return worst_case.run(open_to, worst_case.methods(), count or worst_case.SLICES)


EXPERIMENTS: Mapping[str, Callable[[Open, int | None], Iterator[Trial | None]]] = {
    lesions.EXPERIMENT: _lesions,
    worst_case.EXPERIMENT: _worst_case,
}

TITLES = {
    lesions.EXPERIMENT: "The lesion test: share of the contrast recovered / %, "
    f"radius {lesions.RADIUS:g}, contrast {lesions.CONTRAST:g}, {100 * lesions.NOISE:g} % noise",
    worst_case.EXPERIMENT: f"Worst-case noise of the norm of {worst_case.CASE} Gaussian noise",
}


def run(
    name: str,
    count: int | None = None,
    path: Path = FILE,
    advance: Callable[[], object] = lambda: None,
) -> None:
    """Make the trials that are not in the file, saving at intervals; `advance` after each."""
    made = {row.key: row.digest for row in trials(path)}
    with saved_at_intervals(partial(save, path=path)) as take:
        for trial in EXPERIMENTS[name](lambda one: made.get(one.key) != one.digest, count):
            take(trial)
            advance()


def as_markdown(rows: Sequence[Trial], titles: Callable[[str], str] = str) -> dict[str, str]:
    """The table of each experiment that has trials; `titles` gives the names of methods."""
    tables = {
        lesions.EXPERIMENT: lesions.as_markdown,
        worst_case.EXPERIMENT: worst_case.as_markdown,
    }
    return {
        name: table(rows, titles)
        for name, table in tables.items()
        if any(row.experiment == name for row in rows)
    }

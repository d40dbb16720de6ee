"""The experiments whose results are trials: what is run, and the tables of all."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from core.evaluation import lesions, worst_case
from core.evaluation.trials import FILE, Trial, save, trials

SAVE_EVERY = 15.0
"""Seconds after which new trials are written."""

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
    fresh: list[Trial] = []
    saved = time.monotonic()
    try:
        for trial in EXPERIMENTS[name](lambda one: made.get(one.key) != one.digest, count):
            if trial is not None:
                fresh.append(trial)
            advance()
            if time.monotonic() - saved > SAVE_EVERY:
                # All of them each time: another evaluation may have written over the last ones.
                save(fresh, path)
                saved = time.monotonic()
    finally:
        if fresh:
            save(fresh, path)


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

"""Files of rows: JSON with one row a line, which several evaluations may fill at once."""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from core.storage.draft import draft_of

SAVE_EVERY = 15.0
"""Seconds after which new rows are written."""


class Keyed(Protocol):
    """A row of such a file."""

    @property
    def key(self) -> tuple[Any, ...]:
        """What the row is about: there is one row for each, and they are sorted by it."""

    @property
    def made_by(self) -> tuple[str, str]:
        """The experiment, or benchmark, and the method."""

    @property
    def digest(self) -> str:
        """Stands for the method's settings and weights."""


R = TypeVar("R", bound=Keyed)


def merged(old: Iterable[R], new: Iterable[R]) -> list[R]:
    """The rows of a file and new ones, sorted, each new one in place of that with its key.

    Rows of the same method with another digest are left out: a mean over old and new weights
    would be the score of neither.
    """
    fresh = {row.key: row for row in new}
    valid = {row.made_by: row.digest for row in fresh.values()}
    kept = {row.key: row for row in old if valid.get(row.made_by, row.digest) == row.digest}
    return [row for _, row in sorted((kept | fresh).items())]


def lines_in(content: Any, number: int, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a parsed file by column; raise `ValueError` for another version."""
    if content["format"] != number or tuple(content["columns"]) != tuple(columns):
        raise ValueError("another version")
    return [dict(zip(columns, line, strict=True)) for line in content["rows"]]


def rounded(row: Mapping[str, Any], decimals: int) -> dict[str, Any]:
    """A row whose measures may be no numbers, as a file has it: those are null."""
    return {
        name: value if not isinstance(value, float) else _rounded(value, decimals)
        for name, value in row.items()
    }


def _rounded(value: float, decimals: int) -> float | None:
    return round(value, decimals) if math.isfinite(value) else None


def with_nan(line: Mapping[str, Any]) -> dict[str, Any]:
    """Such a row as it is read: what is null is NaN."""
    return {name: math.nan if value is None else value for name, value in line.items()}


def write(
    path: Path,
    number: int,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    **about: object,
) -> None:
    """Write rows in one step, so that a file is never seen half written.

    `number` is that of the format, `about` is what the file says beside.
    """
    lines = [json.dumps(list(row.values()), ensure_ascii=False, allow_nan=False) for row in rows]
    head = json.dumps({"format": number, "columns": columns, **about})
    body = ",\n".join(lines)
    with draft_of(path) as draft:
        draft.write_text(f'{head[:-1]}, "rows": [\n{body}\n]}}\n', encoding="utf-8")


@contextmanager
def saved_at_intervals(save: Callable[[list[R]], None]) -> Iterator[Callable[[R | None], None]]:
    """Give a function that takes a new row, or None; all are saved now and then, and at the end."""
    fresh: list[R] = []
    saved = time.monotonic()

    def take(row: R | None) -> None:
        nonlocal saved
        if row is not None:
            fresh.append(row)
        if fresh and time.monotonic() - saved > SAVE_EVERY:
            # All of them each time: another evaluation may have written over the last ones.
            save(fresh)
            saved = time.monotonic()

    try:
        yield take
    finally:
        if fresh:
            save(fresh)

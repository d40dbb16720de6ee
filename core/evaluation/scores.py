"""The file of scores, `assets/scores.json`: one row for each reconstruction that was scored.

It is JSON with one row a line, so that a change shows as the lines that changed. Several
evaluations may fill it at once: each merges its own rows into what the file holds.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.evaluation.row_file import lines_in, merged, write
from core.problem.stored import ASSETS

FILE = ASSETS / "scores.json"

FORMAT = 1

ON_FINER_GRID = "_finer_grid"
"""How the name of a benchmark ends whose data are another's, simulated on a finer grid."""

Key = tuple[str, str, float, int, str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """The scores of one reconstruction.

    `number` is the slice of a subject, the test image of a benchmark or the seed of the noise;
    `noise` its standard deviation over the mean of |d|. `digest` stands for everything that
    made the image beside the data: the method's parameters and the weights of its network; a
    row with another digest is out of date. `sigma` is the weight of the prior where it was
    tuned, `snr` and `psnr` are in dB, `residual` is ‖Gm − d‖/‖d‖.
    """

    benchmark: str
    subject: str
    noise: float
    number: int
    method: str
    digest: str
    snr: float
    psnr: float
    ssim: float
    residual: float
    sigma: float | None = None

    @property
    def key(self) -> Key:
        """What the row is about: there is one row for each."""
        return self.benchmark, self.subject, self.noise, self.number, self.method

    @property
    def made_by(self) -> tuple[str, str]:
        """The benchmark and the method."""
        return self.benchmark, self.method


COLUMNS = tuple(field.name for field in fields(Row))
DECIMALS = {"snr": 3, "psnr": 3, "ssim": 4, "residual": 6, "sigma": 6}


def scores(path: Path = FILE) -> tuple[Row, ...] | None:
    """All rows of the file of scores, sorted; None when there is no such file.

    Raises `InputError` when the file is damaged or of another version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return _parsed(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"The scores in {path.name} cannot be read. Take the file from the repository again, "
            f"or delete it and run `python -m core evaluate`."
        ) from error


def _parsed(content: Any) -> tuple[Row, ...]:
    rows = tuple(Row(**line) for line in lines_in(content, FORMAT, COLUMNS))
    for row in rows:
        if not all(math.isfinite(getattr(row, name)) for name in ("snr", "psnr", "ssim")):
            raise ValueError("no number")
    return rows


def save(rows: Iterable[Row], path: Path = FILE) -> None:
    """Put `rows` into the file, each replacing the row with its key.

    Rows of the same method and benchmark with another digest leave the file: a mean over old and
    new weights would be the score of neither. The file is replaced in one step, so that it is never
    seen half written.
    """
    write(path, FORMAT, COLUMNS, map(_rounded, merged(scores(path) or (), rows)))


def _rounded(row: Row) -> dict[str, Any]:
    values = asdict(row)
    for name, decimals in DECIMALS.items():
        if values[name] is not None:
            values[name] = round(values[name], decimals)
    return values

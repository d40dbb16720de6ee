"""The file of trials, `assets/trials.json`: experiments on methods whose results are no scores.

One row for each method, subject, case and number: a lesion at one place, noise on one slice. JSON
with one row a line, as the scores are.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np

from core.errors import InputError
from core.evaluation.row_file import lines_in, merged, write
from core.keys import content_key
from core.problem.stored import ASSETS
from core.spread import Spread, spread_of
from core.studies.evaluated_method import DIGITS, EvaluatedMethod

FILE = ASSETS / "trials.json"
FORMAT = 1
DECIMALS = 4

Key = tuple[str, str, str, int, str]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One result of an experiment.

    `experiment` is its name, `digest` stands for the method's settings and weights and for the
    constants of the experiment: a trial with another digest is out of date. `values` are finite
    numbers by their names.
    """

    experiment: str
    subject: str
    case: str
    number: int
    method: str
    digest: str
    values: Mapping[str, float]

    @classmethod
    def to_make(
        cls,
        experiment: str,
        method: EvaluatedMethod,
        *,
        subject: str,
        case: str,
        number: int,
        constants: Sequence[object],
    ) -> Self:
        """A trial of a method that has no values yet; `constants` are those behind its values."""
        return cls(
            experiment=experiment,
            subject=subject,
            case=case,
            number=number,
            method=method.name,
            digest=content_key(method.digest, constants)[:DIGITS],
            values={},
        )

    @property
    def key(self) -> Key:
        """What the trial is about: there is one for each."""
        return self.experiment, self.subject, self.case, self.number, self.method

    @property
    def made_by(self) -> tuple[str, str]:
        """The experiment and the method."""
        return self.experiment, self.method


COLUMNS = tuple(field.name for field in fields(Trial))


def trials(path: Path = FILE) -> tuple[Trial, ...]:
    """All trials of the file, sorted; none where it is not there.

    Raises `InputError` when the file is damaged or of another version.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(Trial(**line) for line in lines_in(content, FORMAT, COLUMNS))
        if not all(np.isfinite(list(row.values.values())).all() for row in rows):
            raise ValueError("no number")
    except FileNotFoundError:
        return ()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"The trials in {path.name} cannot be read. Take the file from the repository again, "
            f"or delete it and run `python -m core evaluate`."
        ) from error
    return rows


def save(new: Iterable[Trial], path: Path = FILE) -> None:
    """Put trials into the file, each in place of the one with its key.

    Those of the same method and experiment with another digest leave the file. It is replaced in
    one step, so that it is never seen half written.
    """
    rows = map(_rounded, merged(trials(path), new))
    write(path, FORMAT, COLUMNS, rows)


def mean_and_deviation(rows: Sequence[Trial], name: str) -> Spread:
    """Mean and standard deviation of a value."""
    return spread_of(row.values[name] for row in rows)


def _rounded(row: Trial) -> dict[str, object]:
    values = {name: round(value, DECIMALS) for name, value in row.values.items()}
    return {**asdict(row), "values": values}

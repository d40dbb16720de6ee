"""What the small network of *Train one now* reaches with each target, by views and noise.

    python -m core.evaluation.target_scores

trains it with the settings that the page starts with, and adds what is not in
`assets/targets.json` yet: all of it where the settings, the losses or the network are others now.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from core.array_types import Image
from core.errors import InputError
from core.evaluation.row_file import lines_in, rounded, with_nan, write
from core.parameters import parameters_of
from core.problem.metrics import snr
from core.problem.stored import ASSETS
from core.studies.training_run import TrainingRun
from core.studies.version import DIGITS, HOME, file_digest

FILE = ASSETS / "targets.json"
FORMAT = 1
DECIMALS = 7
NOISES = (0.0, 0.03, 0.1)
VIEWS = (16, 64)
SOURCES = ("networks/training/targets.py", "networks/architectures/tiny_unet.py")
"""The losses and the network: scores belong to what these files hold."""

EARLY = 7
"""A step at which the validation loss is stored too: so far a test can train again."""


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """One training, judged on the unseen heads: the mean of their SNR in dB.

    fbp : the same of filtered back-projection. early : the mean squared error after `EARLY` steps.
    seconds : of one core.
    """

    target: str
    views: int
    noise: float
    snr: float
    fbp: float
    early: float
    seconds: float


COLUMNS = tuple(field.name for field in fields(TargetRow))


def settings() -> dict[str, Any]:
    """The settings of all trainings that are no column."""
    return {p.name: p.default for p in parameters_of(TrainingRun) if p.name not in COLUMNS}


def sources() -> dict[str, str]:
    """The digests of the files of code that scores belong to."""
    return {name: file_digest(HOME / name)[:DIGITS] for name in SOURCES}


def targets() -> tuple[str, ...]:
    """The names of all targets."""
    return next(p.choices for p in parameters_of(TrainingRun) if p.name == "target")


def load(path: Path = FILE) -> tuple[TargetRow, ...]:
    """The rows of the file; `InputError` where they are missing or of other settings or code."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if (content["settings"], content["sources"]) != (settings(), sources()):
            raise ValueError("other settings, or another code")
        return tuple(TargetRow(**with_nan(line)) for line in lines_in(content, FORMAT, COLUMNS))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"The scores in {path.name} are missing, damaged or of other settings or code. "
            "`python -m core.evaluation.target_scores` makes them again."
        ) from error


def save(rows: Sequence[TargetRow], path: Path = FILE) -> None:
    """Write all rows; the file is replaced in one step."""
    lines = (rounded(asdict(row), DECIMALS) for row in rows)
    write(path, FORMAT, COLUMNS, lines, settings=settings(), sources=sources())


def row_of(target: str, views: int, noise: float) -> TargetRow:
    """Train once."""
    from core.networks.architectures.tiny_unet import SmallNetwork
    from core.networks.training import train_now

    config = train_now.TrainingConfig(target=target, views=views, noise=noise, **settings())
    network, heads = SmallNetwork(config.seed), train_now.unseen_images()
    start, early = time.process_time(), float("nan")
    for trained in train_now.train(config, heads[0], network=network):
        if trained.lost or trained.point is None:
            continue
        if trained.step == EARLY:
            early = trained.point.validation
    seconds = time.process_time() - start
    network.eval()
    return TargetRow(
        target=target,
        views=views,
        noise=noise,
        snr=_mean_snr(train_now.images_of(network, heads, config), heads),
        fbp=_mean_snr(train_now.starts_of(heads, config), heads),
        early=early,
        seconds=seconds,
    )


def measure(path: Path = FILE) -> Iterator[TargetRow]:
    """Train with every target, number of views and noise that the file does not have.

    A file that cannot be used, or not any more, is replaced.
    """
    try:
        rows = list(load(path))
    except InputError:
        rows = []
    done = {(row.target, row.views, row.noise) for row in rows}
    for views, noise, target in product(VIEWS, NOISES, targets()):
        if (target, views, noise) not in done:
            rows.append(row_of(target, views, noise))
            save(rows, path)
            yield rows[-1]


def _mean_snr(images: Image, truths: Image) -> float:
    return float(np.mean([snr(image, truth) for image, truth in zip(images, truths, strict=True)]))


if __name__ == "__main__":
    import torch
    from tqdm import tqdm

    torch.set_num_threads(1)
    for row in tqdm(measure(), unit="training"):
        tqdm.write(f"{row.target}, {row.views} views, noise {row.noise:g}: {row.snr:.2f} dB")

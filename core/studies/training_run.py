"""A small training as a job: what defines it, and the curves and images that it gives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from core.array_types import Float32Array, Float64Array, Image
from core.jobs.job import Report
from core.parameters import param, parameters_of, values_of
from core.problem.images import ImageSource
from core.problem.stored import IMAGES_FILE, TRAINING_FILE
from core.studies.study import Study

Ending = Literal["", "stopped", "diverged"]

LASTING = 3
"""The number of points worse than the best from which it is no luck any more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Training:
    """How far a training came.

    steps, training, validation : (points,), where the network was measured, and its mean squared
        errors there; `images` (points, size, size) is what it made of the watched head.
    losses : (steps,), of every batch before its step; `known` (steps,) what each of them estimates
        up to a constant, which only a simulation knows, or NaN.
    ended : "" when all steps were done.
    """

    steps: Float64Array
    training: Float64Array
    validation: Float64Array
    losses: Float64Array
    known: Float64Array
    images: Image
    ended: Ending = ""

    @property
    def best(self) -> int:
        """The point with the lowest validation loss."""
        return int(np.nanargmin(self.validation))

    @property
    def message(self) -> str:
        """How it ended, and what a person should know of it."""
        done = len(self.losses)
        if self.ended == "diverged":
            return (
                f"Diverged: the loss of step {done} is {_number(self.losses[-1])}. The steps were "
                "too long: take a smaller learning rate."
            )
        return f"Stopped after {done} steps." if self.ended else f"All {done} steps done."

    @property
    def worsened(self) -> bool:
        """Whether the unseen heads became worse and stayed so.

        Each of the last `LASTING` points must be worse than the best by 5 % of its loss: a single
        one may be the luck of a batch.
        """
        return bool(self.validation[-LASTING:].min() > 1.05 * self.validation[self.best])

    @property
    def overfitted(self) -> bool:
        """Whether the unseen heads became worse, while the seen got better."""
        return self.worsened and bool(self.training[-1] < self.training[self.best])


def _number(loss: float) -> str:
    return f"{loss:.2g}" if np.isfinite(loss) else "no number any more"


@dataclass(frozen=True, kw_only=True)
class TrainingRun(Study[Training]):
    """A training of the small network, watched on `image`, a head that it never learns from."""

    reads: ClassVar[tuple[Path, ...]] = (IMAGES_FILE, TRAINING_FILE)

    image: ImageSource
    target: str = param(
        "truth",
        choices=("truth", "half", "sure", "equivariant", "robust"),
        help="What the images of the network are compared with in training.",
    )
    noise: float = param(
        0.0,
        low=0.0,
        high=0.2,
        help="Standard deviation of the noise in all data, as a share of the mean of |d|.",
    )
    views: int = param(16, low=8, high=64, help="Views of the scan, evenly over half a turn.")
    images: int = param(
        60,
        low=1,
        high=60,
        help="Slices of the training set that it learns from, drawn by the seed.",
    )
    batch: int = param(
        4, low=1, high=16, symbol="B", help="Images whose gradients are averaged for one step."
    )
    optimiser: str = param(
        "adam",
        choices=("sgd", "momentum", "adam"),
        help="Plain steps, steps with momentum 0.9, or Adam's, each weight with a step of its own.",
    )
    learning_rate: float = param(
        1e-3,
        low=1e-5,
        high=10.0,
        log=True,
        symbol=r"\eta",
        help="Length of the steps: about 0.001 suits Adam, 0.1 plain steps and momentum.",
    )
    steps: int = param(300, low=10, high=1000, help="How often the weights are changed.")
    seed: int = param(
        0, low=0, high=2**32 - 1, help="Draws the first weights, the images and the batches."
    )

    def __post_init__(self) -> None:
        for parameter in parameters_of(self):
            value = parameter.clean(getattr(self, parameter.name))
            object.__setattr__(self, parameter.name, value)

    @property
    def job_title(self) -> str:
        """What it is."""
        return "The training"

    def complete(self, result: Training) -> bool:
        """Whether it was not stopped."""
        return result.ended != "stopped"

    def compute(self, report: Report) -> Training:
        """Train, reporting every step."""
        from core.networks.training import train_now

        config: Any = values_of(self)
        watched = self.image.read(train_now.SIZE)
        collected = _Collected()
        ended: Ending = ""
        for trained in train_now.train(train_now.TrainingConfig(**config), watched):
            collected.add(trained)
            if trained.lost:
                ended = "diverged"
            elif report(trained.step, self.steps, parts=(collected.training,)):
                ended = "stopped" if trained.step < self.steps else ""
                break
        return collected.so_far(ended)


class _Collected:
    """Collects what a training yields."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, float, float]] = []
        self._images: list[Float32Array] = []
        self._losses: list[tuple[float, float]] = []
        self.training = self.so_far("")

    def add(self, trained: Any) -> None:
        """Take note of a step; `training` is made anew where it was measured."""
        if trained.step:
            self._losses.append((trained.loss, trained.known))
        point = trained.point
        if point is not None:
            self._rows.append((trained.step, point.training, point.validation))
            self._images.append(point.image)
            self.training = self.so_far("")

    def so_far(self, ended: Ending) -> Training:
        """The training so far."""
        table = np.array(self._rows, np.float64).reshape(-1, 3)
        losses = np.array(self._losses, np.float64).reshape(-1, 2)
        images = np.stack(self._images) if self._images else np.zeros((0, 0, 0), np.float32)
        return Training(
            steps=table[:, 0],
            training=table[:, 1],
            validation=table[:, 2],
            losses=losses[:, 0],
            known=losses[:, 1],
            images=images,
            ended=ended,
        )

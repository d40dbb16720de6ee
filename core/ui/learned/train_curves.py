"""The curves of a small training: what is minimised, and what it is worth."""

from collections.abc import Sequence

import numpy as np

from core.studies.training_run import Training
from core.ui.figures.curves import Mark, Series, curves
from core.ui.style import BLUE, GREEN, INK, ORANGE, SLATE, LineStyle

SMOOTH = 20
"""The number of independent points that the curve of a noisy loss has, about."""


def errors(
    training: Training, follow: str | None, before: Sequence[Series] = (), height: int = 380
) -> None:
    """The mean squared errors, which need the truth."""
    steps = training.steps
    curves(
        [
            *before,
            Series(
                name="training",
                x=steps,
                y=training.training,
                style=LineStyle(colour=BLUE),
                width=2.5,
            ),
            Series(
                name="validation, unseen heads",
                x=steps,
                y=training.validation,
                style=LineStyle(colour=ORANGE),
                width=2.5,
                best="lowest",
            ),
        ],
        key="training loss",
        x_title="step",
        y_title="mean squared error",
        log_y=True,
        height=height,
        marks=[Mark(x=steps, name="shown")] if follow else (),
        player=follow,
        alt="Training and validation loss of the small network against the step.",
    )


def each_batch(training: Training) -> Series:
    """The loss of every batch."""
    steps = np.arange(1, len(training.losses) + 1)
    return Series(
        name="each batch", x=steps, y=training.losses, style=LineStyle(colour=SLATE), width=0.7
    )


def minimised(training: Training, height: int) -> None:
    """The loss, and what it estimates, as means over some batches: each has its own noise."""
    if not len(training.losses):
        return
    window = max(1, len(training.losses) // SMOOTH)
    share = np.full(window, 1 / window)
    x = np.arange(1, len(training.losses) - window + 2) + (window - 1) / 2
    lines = [("loss", training.losses, INK)]
    if np.isfinite(training.known).all():
        lines.append(("what it estimates, from the truth", training.known, GREEN))
    curves(
        [
            Series(name=name, x=x, y=np.convolve(y, share, "valid"), style=LineStyle(colour=colour))
            for name, y, colour in lines
        ],
        key="minimised loss",
        x_title="step",
        y_title="loss of a batch" if window == 1 else f"loss, mean of {window} batches",
        height=height,
        alt="The loss that is minimised, against the step.",
    )

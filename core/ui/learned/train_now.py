"""Step: a small network is trained while one watches, and learns by heart where it sees little."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.networks.training.train_now import MEASURED, SIZE, VIEWS
from core.number_format import decibels, percent
from core.parameter import Parameter
from core.parameters import parameters_of
from core.problem.metrics import snr
from core.problem.scan import Scan
from core.studies.training_run import Training, TrainingRun
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.controls.parameter_widgets import label_of
from core.ui.figures.panels import Panel, image_panels
from core.ui.learned import train_curves, train_targets
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.workbench.job_status import diverged_warning
from core.ui.workbench.long_job import long_job

WORDS = f"""\
A U-Net with 82 thousand weights is small enough to train on one core while one waits. It learns to
remove what FBP does wrong on heads of {SIZE} × {SIZE} pixels; {VIEWS} views are about as few data
for each pixel as in the lecture's scan. One **step** moves every weight down the slope of the mean
loss of $B$ scans. The **target** is what that loss compares an image with: the truth, or the data
alone, where nobody has a truth. Whatever it is, the **validation** error is measured against the
truth, on {MEASURED} slices of two other people, which no step ever sees. It alone says what the
network is worth."""
EQUATION = (
    r"\begin{aligned} \theta &\leftarrow \theta - \eta\, \nabla_\theta \ell(\theta) \\"
    r"\ell(\theta) &= \frac1B \sum_{i \in \text{batch}} \ell_i(\theta) \end{aligned}"
)
FOLLOW = "training step"

_OPTIONS = {
    "noise": (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2),
    "views": (8, 16, 32, 64),
    "images": (1, 2, 3, 5, 8, 12, 20, 30, 40, 60),
    "batch": (1, 2, 4, 8, 16),
    "steps": (20, 50, 100, 150, 200, 300, 400, 600, 800, 1000),
}
_LABELS = {"images": "Training images", "batch": "Batch size $B$"}
_WORDS = {"sgd": "SGD", "momentum": "Momentum", "adam": "Adam", **train_targets.TITLES}


def show(scan: Scan) -> None:
    """Draw the controls of the training, and the training."""
    text_with_equations(WORDS, EQUATION)
    parameters = parameters_of(TrainingRun)
    # Two rows: with more, the controls and the curves that they move are not on one screen.
    places = [place for _ in range(2) for place in st.columns([2, 1, 1, 1, 1], gap="medium")]
    values: dict[str, Any] = {}
    for parameter, place in zip(parameters, places[: len(parameters)], strict=True):
        with place:
            values[parameter.name] = _ask(parameter)
    asked = TrainingRun(image=scan.image, **values)
    long_job(
        asked.task,
        label="Train",
        icon=":material/fitness_center:",
        show=partial(_show, scan, asked.target),
    )
    train_targets.explain(asked.target)
    train_targets.compared()
    things_to_try(
        "Give it 2 training images: the training loss keeps falling, and the unseen heads get "
        "worse again. That is **overfitting**; look at the step where they were best.",
        "SGD, plain steps, with $\\eta = 0.1$, then momentum with 0.3: how far is it from too slow "
        "to too fast?",
        "Batches of 1 and of 16: which loss is noisier, and which costs more time?",
        "Without a truth: the **other half** with 64 views and 10 % noise, then with 16 views and "
        "none. What has it learned from streaks? **SURE** with 3 % noise: the one curve never saw "
        "the truth, the other is nothing but the truth. Without noise **SURE** is the residual "
        "alone: what does **equivariant imaging** add to it?",
    )


def _ask(parameter: Parameter) -> Any:
    return control(
        parameter,
        name=f"train.{parameter.name}",
        label=_LABELS.get(parameter.name, label_of(parameter)),
        words=_WORDS,
        options=_OPTIONS.get(parameter.name, ()),
        typed=parameter.name == "seed",
        show=percent if parameter.name == "noise" else None,
    )


def _show(scan: Scan, target: str, state: JobState[Training]) -> None:
    training = state.result_so_far
    if training is None or not len(training.steps):
        return
    over = state.result is not None
    if over:
        _verdict(training, target)
    follow = None
    if over and len(training.steps) > 1:
        follow = FOLLOW
        linked_player(
            [f"step {step:.0f}" for step in training.steps],
            [round(step) for step in training.steps],
            name="training.step",
            key=FOLLOW,
            alt="step of the training",
            start=len(training.steps) - 1,
            loop=False,
        )
    left, right = st.columns(2, gap="medium")
    with left:
        if target == "truth":
            train_curves.errors(training, follow, [train_curves.each_batch(training)])
        else:
            train_curves.errors(training, follow, height=205)
            train_curves.minimised(training, height=205)
    with right:
        _pictures(scan, training, follow)


def _verdict(training: Training, target: str) -> None:
    """Say how it ended, and whether it learned or learned by heart."""
    if training.ended == "diverged":
        diverged_warning(training.message)
        return
    best, first, last = (_psnr(training.validation[i]) for i in (training.best, 0, -1))
    text = f"{training.message} Unseen heads: PSNR {first:.1f} dB at the start, {last:.1f} dB now."
    if training.overfitted:
        st.warning(
            f"{text} **Overfitted**: they were best at step "
            f"{training.steps[training.best]:.0f}, {best:.1f} dB. Since then the network has "
            "been learning its own images by heart.",
            icon=":material/psychology_alt:",
        )
    elif training.worsened and target != "truth":
        st.warning(
            f"{text} They were best at step {training.steps[training.best]:.0f}, {best:.1f} dB, "
            "and the heads that it learns from have got worse with them: what is minimised is not "
            "their error.",
            icon=":material/target:",
        )
    else:
        st.info(text, icon=":material/school:")


def _pictures(scan: Scan, training: Training, follow: str | None) -> None:
    """An unseen head: the truth, what the untrained network makes of its FBP, and the rest."""
    truth = cached.truth(scan.image, SIZE)
    captions = [f"SNR {decibels(snr(image, truth))}" for image in training.images]
    best = training.best
    image_panels(
        [
            Panel(title="Truth, never trained on", image=truth, low=0, high=1, alt="The truth."),
            Panel(
                title="Before training",
                image=training.images[0],
                low=0,
                high=1,
                caption=captions[0],
                alt="What the network makes of the data before its first step.",
            ),
            Panel(
                title="The network" if follow else f"The network, step {training.steps[-1]:.0f}",
                image=training.images if follow else training.images[-1],
                low=0,
                high=1,
                caption=captions if follow else captions[-1],
                alt="What the network makes of the data of a head that it has not seen.",
            ),
            Panel(
                title="At the best validation",
                image=training.images[best],
                low=0,
                high=1,
                caption=f"step {training.steps[best]:.0f}, {captions[best]}",
                alt="The same at the step with the lowest validation loss.",
            ),
        ],
        key="training pictures",
        columns=2,
        player=follow,
        tallest=150,
        narrowest=110,
    )


def _psnr(loss: float) -> float:
    """The PSNR in dB of a mean squared error, for images from 0 to 1."""
    return float(-10 * np.log10(loss))

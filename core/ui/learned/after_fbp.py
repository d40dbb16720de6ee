"""FBP → network: what the simplest learned inversion has to learn, on the scan at hand."""

import numpy as np
import streamlit as st

from core.methods.fbp import FBP
from core.number_format import decibels
from core.problem.metrics import relative_residual, snr
from core.problem.scan import Scan
from core.ui import cached
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import open_button, text_with_equations, things_to_try
from core.ui.scan.source import simulated_meanwhile
from core.ui.shell import part
from core.ui.workbench.pictures import symmetric_limit

WORDS = """\
The data are no picture, and a network made of convolutions wants one. So FBP comes first: it is
linear, fast, and puts everything where it belongs. What it leaves are streaks and noise, in
patterns that depend on the scanner far more than on the patient. A network learns to tell them
from the head, and takes them away; all it has to learn is the **difference** in the middle.

It is the fastest learned method: one evaluation. (The one in the zoo was trained on the logarithm
of this error, see *Learning from pairs*.) But it looks at the data once. What FBP has lost
is guessed from the training set, and nothing checks the guess: $G\\hat m = d$ is not asked for."""
MAP = r"\hat m = f_\theta(\mathrm{FBP}(d)) = m_0 + U_\theta(m_0)"
TRAIN = r"\min_\theta \frac1N \sum_i \bigl\lVert f_\theta(\mathrm{FBP}(d_i)) - m_i \bigr\rVert^2"


@part
def show(scan: Scan) -> None:
    """Draw FBP, the truth, and what a network has to bring from the one to the other."""
    simulated_meanwhile(scan, "What a network has to learn here is the true image minus its FBP")
    text_with_equations(WORDS, MAP, TRAIN)
    shown = cached.measurement(scan)
    start = cached.memoize(
        "fbp", scan, compute=lambda: next(FBP().iterate(shown.operator, shown.data)).image
    )
    truth = cached.truth(scan.image, scan.size)
    missing = truth - start
    limit = symmetric_limit([missing])
    image_panels(
        [
            Panel(
                title="m₀ = FBP(d)",
                image=start,
                low=0,
                high=1,
                caption=f"SNR {decibels(snr(start, truth))}",
                alt="Filtered back-projection of the data, with streaks.",
            ),
            Panel(
                title="m − m₀: what U has to learn",
                image=missing,
                low=-limit,
                high=limit,
                colormap="diverging",
                alt="The true image minus its filtered back-projection.",
            ),
            Panel(title="Truth m", image=truth, low=0, high=1, alt="The true image."),
        ],
        key="after fbp",
        columns=3,
    )
    st.markdown(_seen(scan, start, truth))
    open_button(
        "See what a trained network makes of it",
        {"step": "zoo", "a": "unet", "b": "fbp", "c": "none"},
    )
    things_to_try(
        "Move *Angles* on the left: with few, what is missing is mostly the scanner's own pattern.",
        "Choose another slice: which part of the difference changes, which stays?",
        "*Limited angle*: edges along the missing rays stand in the difference, and the data "
        "hardly tell of them.",
    )


def _seen(scan: Scan, start: np.ndarray, truth: np.ndarray) -> str:
    """How much of what is missing the scanner would notice."""
    if not truth.any():
        return "The true image is empty: of nothing there is no share that FBP could miss."
    operator, data = scan.operator(), cached.measurement(scan).data
    missing = float(np.linalg.norm(truth - start) / np.linalg.norm(truth))
    left = relative_residual(operator.project(start), data)
    return (
        f"FBP is **{100 * missing:.0f} %** away from the truth, and its projections "
        f"**{100 * left:.0f} %** from the data: $G$ sees a smaller part of what is missing than "
        "of the image. Where it sees nothing, the network's word is all there is."
        if left < missing
        else f"FBP is **{100 * missing:.0f} %** away from the truth, and its projections "
        f"**{100 * left:.0f} %** from the data: a network could use the data once more."
    )

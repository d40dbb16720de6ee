"""Step 8: the inverse crime, data from the very matrix that inverts them."""

from dataclasses import replace

import numpy as np
import streamlit as st

from core.array_types import Image
from core.methods.cgls import CGLS
from core.number_format import decibels, scientific
from core.problem import metrics
from core.problem.scan import Scan
from core.studies.solving import last_image
from core.ui import cached
from core.ui.figures.panels import Panel, image_panels
from core.ui.forward.sinogram import sinogram_panel
from core.ui.lesson import open_button, text_with_equations, things_to_try
from core.ui.shell import part

METHOD = CGLS(iterations=200)

WORDS = """\
So far one matrix $G$ makes the data and inverts them. The pixels of the answer are those of the
question, so an image that explains the data exactly is known to exist. Real objects have no pixels.
Tests that forget this commit an **inverse crime**: they show how well a method undoes $G$, not how
well it would do on a scanner.

The remedy is to **simulate on a finer grid**: an image of twice as many pixels on a side, two
detectors for each one, and their readings averaged. Its 2 × 2 pixels have the mean of the true
image's pixel, so the truth is the same. What $G$ cannot explain is left over, as an error of the
**model**. (A slice that was stored with fewer pixels is interpolated: then only the agreement of
the two grids is gone.)"""

CLEAR = {
    "image": "ellipses",
    "size": "128",
    "angles": "120",
    "detectors": "128",
    "detector_width": "1",
}
"""A scan whose data nearly determine the image: there the crime counts most."""


@part
def show(scan: Scan) -> None:
    """Compare data and images with the inverse crime and without."""
    text_with_equations(
        WORDS,
        "d = G\\,m + n",
        "d_{\\text{finer}} = B\\,G_{2n}\\,m_{2n} + n",
        "m_j = \\tfrac14 \\textstyle\\sum_{k \\in j} (m_{2n})_k",
    )
    crime, finer = replace(scan, finer_grid=False), replace(scan, finer_grid=True)
    fine, coarse = cached.measurement(finer), cached.measurement(crime)
    truth, error = coarse.truth, fine.clean - coarse.clean
    images = [_image(crime), _image(finer)]
    scores = [metrics.snr(image, truth) for image in images]
    reach = float(np.abs(error).max()) or 1.0
    size = metrics.share_of(error, coarse.clean)
    left, right = st.columns([1, 2], gap="small")
    with left:
        image_panels(
            [
                sinogram_panel(
                    scan.beam,
                    error,
                    title="The error of the model",
                    low=-reach,
                    high=reach,
                    colormap="diverging",
                    caption="data of the finer grid less Gm",
                    alt="What the finer grid changes in the sinogram.",
                )
            ],
            key="model_error",
            columns=1,
            tallest=420,
        )
    with right:
        titles = ("With the inverse crime", "Data of a finer grid")
        image_panels(
            [
                Panel(
                    title=title,
                    image=image,
                    low=0,
                    high=1,
                    caption=f"{METHOD.title}, SNR {decibels(score, 2)}",
                    alt=f"{title}: the image by {METHOD.title}.",
                )
                for title, image, score in zip(titles, images, scores, strict=True)
            ],
            key="inverse_crime",
            columns=2,
            tallest=420,
        )
    st.markdown(
        f"{METHOD.title}, {METHOD.iterations} iterations: **SNR {decibels(scores[0], 2)} with "
        f"the inverse crime, {decibels(scores[1], 2)} without**. The error of the model is "
        f"${scientific(size)}$ of the data, in norm. *More settings* on the left simulates the "
        "scan of every page on the finer grid."
    )
    open_button("A scan on which it counts", CLEAR)
    things_to_try(
        "Open that scan: with nearly as many equations as unknowns much more of the matrix can be "
        "undone, if only the data came from it.",
        "Add noise on the left: how much of it hides the error of the model?",
        "Choose the *line* kernel under *More settings*: it sees a grid more coarsely.",
    )


def _image(scan: Scan) -> Image:
    """The image of the step's method."""
    return cached.memoize(
        "inverse crime", scan, METHOD, compute=lambda: last_image(METHOD, cached.measurement(scan))
    )

"""Step 6: what the scanner cannot see."""

import numpy as np
import streamlit as st

from core.array_types import Float64Array
from core.number_format import scientific
from core.parameter import Parameter
from core.problem.metrics import share_of
from core.problem.scan import Scan
from core.projection.small_grid import SmallScanner
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.forward.matrix import SMALL_VIEWS, VIEWS, scanner
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part

GRID = 32

WORDS = """\
Every image is the sum of two parts. The **measured part** $m_\\parallel$ alone makes the data;
the **unseen part** $m_0$ makes none at all, $G m_0 = 0$. One may add any multiple of $m_0$
to the image, and the data do not change. No method can find $m_0$ in the data: what it shows
of $m_0$ comes from somewhere else, from a *prior*. (Here on 32 × 32 pixels, exactly, by the
singular vectors of $G$.)

**With noise** more is lost than the null space: each pattern that shows in the data by less than
the noise, $\\sigma_k \\le \\delta\\,\\sigma_1$. Raise $\\delta$ to count such patterns as unseen.
This is what a *limited angle* does: with many views nothing is unseen, and yet no stable method
finds it."""
NOISE = Parameter(
    name="unseen.noise",
    default=0.0,
    low=0.0,
    high=0.1,
    stops=(0.0, 0.001, 0.003, 0.01, 0.03, 0.1),
    symbol=r"\delta",
    title="Noise",
    help="Patterns with a singular value up to this share of the largest count as unseen.",
)


@part
def show(scan: Scan) -> None:
    """Split the image of the scan into what is measured and what is not."""
    text_with_equations(
        WORDS,
        "m = m_\\parallel + m_0",
        "G m = G m_\\parallel,\\qquad G m_0 = 0",
    )
    left, right = st.columns(2)
    with left:
        views = control(SMALL_VIEWS, options=VIEWS, label="Views of the small scanner")
    with right:
        noise = float(control(NOISE))
    small = scanner(scan, GRID, views)
    image = cached.truth(scan.image, GRID).astype(np.float64)
    measured = cached.memoize(
        "measured part",
        scan.image,
        small.beam,
        scan.kernel,
        GRID,
        noise,
        compute=lambda: small.measured_part(image, noise),
    )
    unseen = image - measured
    reach = float(np.abs(unseen).max()) or 1.0
    low, high = min(0.0, float(measured.min())), max(1.0, float(measured.max()))
    left, right = st.columns([9, 5], gap="small")
    with left:
        image_panels(
            [
                Panel(title="The image m", image=image, low=low, high=high, alt="The image."),
                Panel(
                    title="Its measured part",
                    image=measured,
                    low=low,
                    high=high,
                    alt="The part of the image that the data depend on.",
                ),
            ],
            key="measured",
            columns=2,
            tallest=480,
        )
    with right:
        image_panels(
            [
                Panel(
                    title="Its unseen part m₀",
                    image=unseen,
                    low=-reach,
                    high=reach,
                    colormap="diverging",
                    alt="The part of the image that leaves no trace in the data.",
                )
            ],
            key="unseen",
            columns=1,
            tallest=480,
        )
    _numbers(small, image, unseen, noise)
    things_to_try(
        "Lower the views to 4: what goes over into $m_0$?",
        "Choose *Limited angle* on the left, and 41 views: nothing is unseen. Then raise the noise "
        "to 0.01: which edges are lost? Are they back with 60 views, or over 180°?",
        "Choose *Shepp–Logan* and find the number of views at which nothing is unseen.",
    )


def _numbers(small: SmallScanner, image: Float64Array, unseen: Float64Array, noise: float) -> None:
    values = small.singular_values
    seen = small.rank if not noise else int(np.count_nonzero(values > noise * values[0]))
    share = share_of(unseen, image)
    data, unseen_data = small.project(image), small.project(unseen)
    leak = share_of(unseen_data, data)
    what = f"Patterns above the noise: {seen}" if noise else f"Rank {seen}"
    end = "less than the noise." if noise else "nothing but rounding."
    st.markdown(
        f"{what} of {image.size}. The unseen part holds "
        f"$\\|m_0\\|/\\|m\\| = {scientific(100 * share)}\\,\\%$ of the image and leaves "
        f"$\\|Gm_0\\|/\\|Gm\\| = {scientific(leak)}$ in the data: {end}"
    )

"""Step 7: the adjoint, which is no inverse."""

import numpy as np
import streamlit as st

from core.array_types import FloatArray
from core.geometry.rays import pixel_position
from core.number_format import scientific
from core.problem.scan import Scan
from core.ui import cached
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, SLATE, LineStyle

WORDS = """\
$G^\\top$ goes the other way: each pixel collects what was measured along the rays through it.
It smears every profile back over the image, along the rays. That is **not** the inverse:
$G^\\top G$ is a blur. A single bright pixel comes back as a peak with a halo that falls off
like $1/r$, and $G^\\top d$ is the image with every pixel blurred in this way."""
DOT_TEST = """\
**Is it really the adjoint?** The two sides of the definition must agree for any image $x$ and
any data $y$. A test with random $x$ and $y$, of both signs, shows whether projection and
back-projection belong together. Every method that iterates relies on it."""


@part
def show(scan: Scan) -> None:
    """Draw Gᵀd, the blur GᵀG and its fall-off, and print the dot test."""
    shown = cached.measurement(scan)
    text_with_equations(WORDS, "(G^\\top d)_j = \\sum_i G_{ij}\\, d_i")
    back = cached.memoize("adjoint", scan, compute=lambda: scan.operator().back_project(shown.data))
    geometry = (scan.size, scan.beam, scan.kernel)
    spread = cached.memoize("point spread", *geometry, compute=lambda: _point_spread(scan))
    image_panels(
        [
            Panel(title="m, the image", image=shown.truth, low=0, high=1, alt="The true image."),
            Panel(
                title="Gᵀd, back-projected",
                image=back,
                caption="its own grey range",
                alt="The data smeared back over the image: blurred, with wrong values.",
            ),
            Panel(
                title="GᵀG of one pixel",
                image=spread,
                low=0,
                high=float(spread.max()) / 8,
                caption="shown up to ⅛ of its peak",
                alt="The blur of a single pixel: a peak with a star-shaped halo.",
            ),
        ],
        key="adjoint",
        columns=3,
        tallest=440,
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _fall_off(scan.size, spread)
    with right:
        _show_dot_test(*cached.memoize("dot test", *geometry, compute=lambda: _dot_test(scan)))
    things_to_try(
        "Compare the values: point at $G^\\top d$ and at $m$. Even the scale is another one.",
        "Choose *Few views*: the halo of a pixel falls apart into a star of stripes.",
        "Sharpen each profile before it is smeared back, and the halo cancels: that is "
        "*filtered back-projection*.",
    )


def _show_dot_test(forward: float, backward: float, scale: float) -> None:
    st.markdown(DOT_TEST)
    st.latex("\\langle G x, y\\rangle = \\langle x, G^\\top y\\rangle")
    st.latex(f"{{{forward:.5f}}}\\quad\\text{{and}}\\quad{{{backward:.5f}}}")
    error = scientific(abs(forward - backward) / scale)
    st.markdown(
        f"They differ by ${error}$ of $\\|Gx\\|\\,\\|y\\|$; single precision carries seven digits."
    )


def _point_spread(scan: Scan) -> FloatArray:
    pixel = np.zeros((scan.size, scan.size), np.float32)
    pixel[scan.size // 2, scan.size // 2] = 1
    operator = scan.operator()
    return operator.back_project(operator.project(pixel))


def _fall_off(size: int, spread: FloatArray) -> None:
    """The mean over circles about the pixel, and 1/r through the same value at 8 pixels."""
    x0, y0 = pixel_position(size, size // 2, size // 2)
    middle = (size - 1) / 2
    x, y = np.arange(size) - middle - x0, middle - np.arange(size)[:, None] - y0
    ring = np.rint(np.hypot(x, y)).astype(int).ravel()
    mean = np.bincount(ring, spread.ravel()) / np.bincount(ring)
    radius = np.arange(1, size // 2)
    curves(
        [
            Series(
                name="mean over a circle", x=radius, y=mean[radius], style=LineStyle(colour=BLUE)
            ),
            Series(
                name="∝ 1/r",
                x=radius,
                y=mean[8] * 8 / radius,
                style=LineStyle(colour=SLATE, dash="dash"),
            ),
        ],
        key="fall_off",
        x_title="distance r (px)",
        y_title="GᵀG of one pixel",
        log_x=True,
        log_y=True,
        alt="The halo of one pixel falls off like one over the distance.",
        height=300,
    )


def _dot_test(scan: Scan) -> tuple[float, float, float]:
    """⟨Gx, y⟩, ⟨x, Gᵀy⟩ and ‖Gx‖‖y‖ for random x and y of both signs, summed in float64."""
    random = np.random.Generator(np.random.PCG64(1))
    operator = scan.operator()
    x = np.asarray(random.standard_normal(operator.dims), np.float32)
    y = np.asarray(random.standard_normal(operator.dimsd), np.float32)
    projected = operator.project(x).astype(np.float64)
    forward = float(np.vdot(projected, y))
    backward = float(np.vdot(x.astype(np.float64), operator.back_project(y)))
    return forward, backward, float(np.linalg.norm(projected) * np.linalg.norm(y))

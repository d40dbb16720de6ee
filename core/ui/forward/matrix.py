"""Step 5: G as a matrix, on a grid small enough to see all of it."""

import numpy as np
import streamlit as st

from core.number_format import scientific
from core.parameter import Parameter
from core.problem.scan import Scan
from core.projection.small_grid import SmallScanner, shrink, small_scanner
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.panels import Axis, Overlay, Panel, Pixel, image_panels
from core.ui.forward.sinogram import sinogram_panel
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, MARK, SLATE, LineStyle

GRID = 16
VIEWS = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 41, 60)
COMPARED = (4, 8, 16, 32)

SMALL_VIEWS = Parameter(
    name="views",
    default=12,
    low=VIEWS[0],
    high=VIEWS[-1],
    help="Views of the small scanner; the arc and the beam are those of your scan.",
)
WORDS = """\
Your scanner around a grid of 16 × 16 pixels: now $G$ fits on the screen. **A column** is what one
pixel does to all data: its sinusoid, written as one column. **A row** is what one ray sees of
the image: a stripe. Nearly all entries are zero."""
SPECTRUM = """\
**Why the problem is ill-conditioned.** Each singular value $\\sigma_k$ says how strongly one
pattern of the image shows in the data. Noise is divided by it on the way back: patterns with a
small $\\sigma_k$ come back buried in noise, those with $\\sigma_k = 0$ not at all. The condition
number $\\kappa = \\sigma_1/\\sigma_r$ bounds how much a *relative* error of the data can grow in
the image.

A problem is **well-posed** in Hadamard's sense if a solution exists, if there is only one, and if
it depends continuously on the data. Inverting the Radon transform fails the third: its singular
values tend to 0, in two dimensions like $|\\nu|^{-1/2}$ with the spatial frequency $\\nu$. It is
**ill-posed**; a finite matrix is rank-deficient and ill-conditioned, the more so the finer its
grid."""


def scanner(scan: Scan, size: int, views: int) -> SmallScanner:
    """The scanner of this scan around a small grid, with another number of views."""
    beam = shrink(scan.beam, scan.size, size, views)
    return cached.memoize(
        "small scanner",
        size,
        beam,
        scan.kernel,
        compute=lambda: small_scanner(size, beam, scan.kernel),
        large=size > GRID,
    )


def _choose(pixel: Pixel) -> None:
    if pixel.panel == 0:
        st.session_state["ray"], st.session_state["unknown"] = pixel.row, pixel.column


@part
def show(scan: Scan) -> None:
    """Draw the matrix with a row and a column of it, and its singular values."""
    text_with_equations(
        WORDS, "G = \\begin{pmatrix} G_{11} & \\cdots \\\\ \\vdots & \\ddots \\end{pmatrix}"
    )
    left, middle, right = st.columns(3)
    with left:
        views = control(SMALL_VIEWS, options=VIEWS, label="Views of the small scanner")
    small = scanner(scan, GRID, views)
    rays = len(small.matrix)
    with middle:
        ray = control(Parameter(name="ray", default=rays // 3, low=0, high=rays - 1))
    with right:
        unknown = control(
            Parameter(name="unknown", default=5 * GRID + 9, low=0, high=GRID**2 - 1),
            label="Pixel",
        )
    _pictures(small, ray, unknown)
    text_with_equations(SPECTRUM, "G = U\\,\\mathrm{diag}(\\sigma_1,\\dots,\\sigma_r)\\,V^\\top")
    _spectra(scan, small)
    things_to_try(
        "Click into the matrix to choose a ray and a pixel.",
        "Raise the number of views: when does the rank reach 256?",
        "Choose *Limited angle* on the left: the rank stays, but with many views the tail of the "
        "spectrum falls. More patterns are nearly lost.",
    )


def _pictures(small: SmallScanner, ray: int, unknown: int) -> None:
    rays = len(small.matrix)
    cross = [
        Overlay(x=np.array([-0.5, GRID**2 - 0.5]), y=np.array([ray, ray]), width=1.5),
        Overlay(x=np.array([unknown, unknown]), y=np.array([-0.5, rays - 0.5]), width=1.5),
    ]
    filled = np.count_nonzero(small.matrix) / small.matrix.size
    row, column = divmod(unknown, GRID)
    view, detector = divmod(ray, small.beam.detectors)
    image_panels(
        [
            Panel(
                title=f"G: {rays} rays × {GRID**2} pixels",
                image=small.matrix,
                caption=f"{100 * filled:.1f} % of the entries are not zero",
                overlays=cross,
                x_axis=Axis(title="pixel", first=0, last=GRID**2 - 1),
                y_axis=Axis(title="ray", first=0, last=rays - 1),
                alt="The matrix G as a picture, with the chosen row and column marked.",
            ),
            sinogram_panel(
                small.beam,
                small.matrix[:, unknown].reshape(small.beam.view_count, small.beam.detectors),
                title="Column of this pixel, as a sinogram",
                caption=f"pixel {unknown}: row {row}, column {column}",
                alt="The chosen column of G arranged as a sinogram.",
            ),
            Panel(
                title="Its row, as an image",
                image=small.matrix[ray].reshape(GRID, GRID),
                caption=f"ray {ray}: view {view}, detector {detector}",
                alt="The chosen row of G arranged as an image.",
            ),
        ],
        key="matrix",
        columns=3,
        link_zoom=False,
        on_point=_choose,
    )


def _spectra(scan: Scan, small: SmallScanner) -> None:
    others = [scanner(scan, GRID, n) for n in COMPARED if n != small.beam.view_count]
    dashes = ("dot", "dash", "dashdot", "longdash")
    lines = [
        _line(other, LineStyle(colour=SLATE, dash=dash), 1.5)
        for other, dash in zip(others, dashes, strict=False)
    ]
    curves(
        [*lines, _line(small, LineStyle(colour=BLUE), 3)],
        key="spectrum",
        x_title="k",
        y_title="σₖ / σ₁",
        log_y=True,
        marks=[Mark(x=GRID**2, name="256 unknowns", colour=MARK)],
        alt="Singular values of the small matrix for several numbers of views.",
        height=300,
    )
    blind = GRID**2 - small.rank
    st.markdown(
        f"With **{small.beam.view_count} views**: rank {small.rank} of {GRID**2}, "
        f"so {blind} patterns stay unseen; $\\kappa = {scientific(small.condition)}$."
    )


def _line(small: SmallScanner, style: LineStyle, width: float) -> Series:
    values = small.singular_values[: small.rank] / small.singular_values[0]
    name = f"{small.beam.view_count} views"
    return Series(name=name, x=np.arange(1, len(values) + 1), y=values, style=style, width=width)

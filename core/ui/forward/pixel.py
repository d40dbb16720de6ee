"""Step 3: what one pixel leaves in the data."""

from functools import partial

import numpy as np
import streamlit as st

from core.geometry.beams import Beam
from core.geometry.rays import detector_index, detector_position, pixel_position
from core.number_format import or_dash
from core.parameter import Parameter
from core.problem.scan import Scan
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Overlay, Panel, Pixel, image_panels
from core.ui.forward.sinogram import sinogram_panel
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part

WORDS = """\
Take a single pixel at $(x, y)$. In each view a few neighbouring detectors see it, and as the
gantry turns their place swings to and fro: the pixel writes its value along
{curve}. The image is a sum of pixels and the scan is linear, so the whole sinogram is
nothing but such curves laid over each other, each as bright as its pixel."""


def pixel_parameters(size: int) -> tuple[Parameter, Parameter]:
    """Row and column of the pixel on screen, at first a little off the middle."""
    return (
        Parameter(
            name="pixel.row",
            default=size // 4,
            low=0,
            high=size - 1,
            help="0 is at the top.",
            aliases=("row",),
        ),
        Parameter(
            name="pixel.column",
            default=size // 2,
            low=0,
            high=size - 1,
            help="0 is at the left.",
            aliases=("column",),
        ),
    )


def _keys(size: int) -> tuple[str, str]:
    """Where the session keeps row and column: images of each size have their own pixel."""
    return f"pixel.row of {size}", f"pixel.column of {size}"


def _choose(size: int, pixel: Pixel) -> None:
    if pixel.panel == 0:
        for key, value in zip(_keys(size), (pixel.row, pixel.column), strict=True):
            st.session_state[key] = value


@part
def show(scan: Scan) -> None:
    """Draw the pixel on the image and its curve on the sinogram."""
    shown = cached.measurement(scan)
    beam = scan.beam
    text_with_equations(WORDS.format(curve=beam.pixel_curve), *beam.pixel_equations)
    left, right = st.columns(2)
    row_parameter, column_parameter = pixel_parameters(scan.size)
    row_key, column_key = _keys(scan.size)
    with left:
        row = control(row_parameter, key=row_key, label="Row")
    with right:
        column = control(column_parameter, key=column_key, label="Column")
    x, y = pixel_position(scan.size, row, column)
    image_panels(
        [
            Panel(
                title="Image: click a pixel",
                image=shown.truth,
                low=0,
                high=1,
                caption=f"x = {x:g} px, y = {y:g} px, value {shown.truth[row, column]:.2f}",
                overlays=[
                    Overlay(x=np.array([column]), y=np.array([row]), mode="markers", width=2)
                ],
                alt=f"The image with the pixel in row {row}, column {column} marked.",
            ),
            sinogram_panel(
                scan.beam,
                shown.data,
                title="Its curve in the sinogram",
                caption=swing(scan.beam, x, y)
                if beam.source_distance is None
                else f"{np.hypot(x, y):.0f} px from the axis",
                overlays=[_curve(scan.beam, x, y)],
                alt="The sinogram with the curve that the pixel leaves in it.",
            ),
        ],
        key="pixel",
        columns=2,
        link_zoom=False,
        on_point=partial(_choose, scan.size),
        tallest=540,
    )
    things_to_try(
        "Pick the pixel at the very centre. What does its curve look like, and why?",
        "Pick one at the rim, then one on the opposite side.",
        "Set the *start* angle (under *More settings*) to 90° and see what shifts.",
    )


def swing(beam: Beam, x: float, y: float) -> str:
    """From where to where on the detectors the curve of a point goes, in words."""
    places = detector_position(beam, x, y)
    low, high = (or_dash(float(end), ".0f") for end in (places.min(), places.max()))
    return f"it swings from {low} to {high} px" if low != high else f"it is at {low} px"


def _curve(beam: Beam, x: float, y: float) -> Overlay:
    index = detector_index(beam, x, y)
    inside = (index >= -0.5) & (index <= beam.detectors - 0.5)
    # Views that leap to and fro leave points and no curve.
    joined = beam.view_count > 1 and bool((np.diff(beam.angles_deg) > 0).all())
    return Overlay(
        x=np.where(inside, index, np.nan),
        y=np.arange(beam.view_count, dtype=float),
        mode="lines" if joined else "markers",
    )

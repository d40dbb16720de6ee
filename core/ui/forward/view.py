"""Step 2: one view is one profile; the gantry turns, and the profiles pile up."""

import numpy as np
import streamlit as st

from core.array_types import Float32Array
from core.geometry.beams import Beam
from core.parameter import Parameter
from core.problem.scan import Scan
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Overlay, Panel, image_panels
from core.ui.forward.gantry import gantry
from core.ui.forward.sinogram import sinogram_panel
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import DATA, MARK, LineStyle

WORDS = """\
The gantry stands still at an angle θ, and every detector reports the sum along its own ray.
These numbers side by side are a **profile**: one row of the data. Then the gantry turns a
step and measures the next one. All profiles, one below the other, are the **sinogram**.
A profile knows *how much* lies on a ray, but not *where* on it."""


VIEW = "view"
"""The view on screen in the link: the steps that turn the gantry share it."""


def view_parameter(angles: int) -> Parameter:
    """The number of the view on screen, counted from 0."""
    return Parameter(name=VIEW, default=0, low=0, high=angles - 1)


@part
def show(scan: Scan) -> None:
    """Draw the gantry, the profile and the sinogram, and the player that turns them."""
    beam, shown = scan.beam, cached.measurement(scan)
    text_with_equations(WORDS, *beam.view_equations)
    parameter = view_parameter(beam.view_count)
    view = linked_player(
        [f"θ = {angle:.1f}°" for angle in beam.angles_deg],
        range(beam.view_count),
        name=parameter.name,
        key="gantry",
        alt="Angle of the gantry",
        kept=parameter.name,  # the step on noise has a control of the same view
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _image(scan, beam.angles_deg[view])
    with right:
        _profile(beam, shown.data)
        _sinogram(beam, shown.data)
    things_to_try(
        "Press *play* and follow the bright scalp through the sinogram.",
        "Find the angle at which the profile is narrowest. Which way does the head look then?",
        "Set the *arc* to 360°: with parallel rays the second half repeats the first, mirrored.",
        "Choose *Fan beam*: does it still?",
    )


def _image(scan: Scan, angle: float) -> None:
    overlays, padding = gantry(scan.beam, scan.size)
    image_panels(
        [
            Panel(
                title="Image and gantry",
                image=cached.truth(scan.image, scan.size),
                low=0,
                high=1,
                overlays=overlays,
                padding=padding,
                caption=scan.beam.described(),
                alt=f"The image with the rays of the view at {angle:.1f}°.",
            )
        ],
        key="gantry_image",
        columns=1,
        player="gantry",
        tallest=560,
    )


def _profile(beam: Beam, data: Float32Array) -> None:
    line = Series(
        name="d",
        x=beam.detector_centres,
        y=data,
        style=LineStyle(colour=DATA),
        markers=beam.detectors == 1,
    )
    curves(
        [line],
        key="gantry_profile",
        x_title="detector s (px)",
        y_title="profile d(θ, s)",
        alt="What the detectors report at this angle.",
        player="gantry",
        height=190,
    )


def _sinogram(beam: Beam, data: Float32Array) -> None:
    panel = sinogram_panel(
        beam,
        data,
        title="Sinogram",
        low=0,
        caption="the marked row is this view",
        overlays=[_row_mark(beam.view_count, beam.detectors)],
        alt="All profiles, one below the other; the row of this view is marked.",
    )
    image_panels([panel], key="gantry_sinogram", columns=1, player="gantry", tallest=280)


def _row_mark(views: int, detectors: int) -> Overlay:
    row = np.arange(views, dtype=float)[:, None]
    return Overlay(
        x=np.tile([-0.5, detectors - 0.5], (views, 1)), y=np.hstack([row, row]), colour=MARK
    )

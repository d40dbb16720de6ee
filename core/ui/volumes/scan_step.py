"""Step 1: the volume in its scanner, what the panel sees, and the surface."""

import numpy as np
import streamlit as st

from core.array_types import Float32Array
from core.parameter import Parameter
from core.problem.volume_scan import VolumeScan, memory_needed
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Axis, Panel, image_panels
from core.ui.forward.gantry import gantry
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.volumes.common import about, seconds_of_a_pair, simulated
from core.ui.volumes.crosshair import slice_panels, view_controls
from core.ui.volumes.drawing import padding, side_view
from core.ui.volumes.surface import draw_surface

WORDS = """\
The unknown $m$ is now a **volume**: a stack of slices. A source shines through all of it at once
onto a **panel** of detectors, and each view is a picture, an X-ray image. With parallel rays each
row of the panel sees one slice, and the volume falls apart into images. In a **cone beam** the rays
of a row climb from slice to slice, and only the row in the plane of the source stays in one."""

SURFACE = Parameter(
    name="volume.surface",
    default=False,
    title="Draw the surface",
    help="A mesh to turn by hand. It needs WebGL, and a few seconds on a slow machine.",
)


@part
def show(scan: VolumeScan) -> None:
    """Draw the scanner around the volume, the view of the panel, and the slices."""
    text_with_equations(WORDS, *scan.beam.view_equations)
    measurement = simulated(scan)
    beam, shape = scan.beam, scan.shape
    view = linked_player(
        [f"view {k + 1}, θ = {angle:.1f}°" for k, angle in enumerate(beam.angles_deg)],
        range(beam.view_count),
        name="volume.view",
        key="volume gantry",
        alt="View of the panel",
    )
    frames = cached.memoize("views", scan, compute=lambda: _frames(measurement.data))
    overlays, around = gantry(beam, scan.size)
    middle, truth = (shape[0] - 1) // 2, measurement.truth
    half = (beam.rows - 1) / 2
    image_panels(
        [
            Panel(
                title="From above",
                image=truth[middle],
                low=0,
                high=1,
                overlays=overlays,
                padding=around,
                caption="distances not to scale",
                alt=f"The middle slice with the rays of view {view + 1}.",
            ),
            Panel(
                title="From the side",
                image=np.ascontiguousarray(truth[::-1, shape[1] // 2]),
                low=0,
                high=1,
                overlays=side_view(beam, shape),
                padding=padding(shape),
                caption="source on the left",
                alt="A slice through the axis with the lowest and the highest rays.",
            ),
            Panel(
                title="What the panel sees",
                image=frames,
                low=0,
                high=float(measurement.data.max()),
                caption="the data of this view",
                x_axis=Axis(title="detector", first=0, last=beam.detectors - 1),
                y_axis=Axis(title="row", first=half, last=-half),
                alt="The view of the panel, an X-ray image of the whole volume.",
            ),
        ],
        key="volume_scan",
        columns=3,
        link_zoom=False,
        player="volume gantry",
        tallest=360,
    )
    st.caption(_numbers(scan))
    st.subheader("The volume", anchor=False)
    sight = view_controls(shape)
    slice_panels(
        [("Truth", truth, "click in a slice to move the cross-hair")], sight, key="volume_slices"
    )
    if control(SURFACE, label=SURFACE.title):
        draw_surface(scan, truth, sight.point)
    things_to_try(
        "Press *play*: the eye makes a solid head of the flat views.",
        "Choose the *helix* on the left, and watch the side: source and panel climb.",
        "Bring the source nearer, to 1.0 sides: how does the cone change from the side?",
        "Choose the *Defrise disks* and look at the views: where do the disks hide each other?",
    )


def _frames(data: Float32Array) -> tuple[Float32Array, ...]:
    """The views with the top of the panel on top."""
    return tuple(np.ascontiguousarray(view[::-1]) for view in data)


def _numbers(scan: VolumeScan) -> str:
    voxels, data = int(np.prod(scan.shape)), int(np.prod(scan.beam.data_shape))
    pair = seconds_of_a_pair(scan)
    return (
        f"{voxels:,} unknown voxels and {data:,} data of {scan.beam.view_count} views. G and its "
        f"transpose together take {about(pair)} here; an iterative method needs about "
        f"{memory_needed(scan.size, scan.beam) / 1e6:.0f} MB."
    ).replace(",", " ")

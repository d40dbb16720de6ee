"""A step on visible and invisible edges: what a limited scan shows, and where it draws streaks."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.array_types import Float64Array, Image
from core.geometry.beams import PointSource
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.number_format import percent
from core.parameter import Parameter
from core.problem.noise import NoNoise
from core.problem.scan import Scan
from core.studies.solving import last_image
from core.studies.visible_edges import Edges, find_edges, kept, nearest_rays, streaks
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Overlay, Panel, circle, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import OVERLAY_SECOND

Mask = NDArray[np.bool_]
SPACING = 2.0
"""Between neighbouring views of this step, in degrees: dense, so that only the ends count."""
MOST_STREAKS = 12
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

WORDS = """\
A ray reports an edge that it **touches**. Where rays cross an edge, their sums change smoothly from
ray to ray; where one grazes it, they change at once. So an edge is visible if a measured ray runs
along it, with the edge's normal $\\xi$ as its own. No method can find the others in the data; it
can only bring them from a prior. Where the measured rays end, filtered back-projection draws
**streaks**: along each last ray that touches an edge."""
EQUATIONS = (
    "(x, \\xi)\\ \\text{visible} \\iff \\exists\\,(\\theta, s)\\ \\text{measured:}",
    "x\\cdot e_\\theta = s,\\quad \\xi \\parallel e_\\theta",
)
SOURCES = (
    "Sources: E. T. Quinto, SIAM J. Math. Anal. 24 (1993) 1215–1225, doi:10.1137/0524069; "
    "J. Frikel and E. T. Quinto, Inverse Problems 29 (2013) 125007, "
    "doi:10.1088/0266-5611/29/12/125007."
)


def arc_parameter(scan: Scan) -> Parameter:
    """The arc of this step, which a fan beam needs twice as long."""
    fan = isinstance(scan.beam, PointSource)
    return Parameter(
        name="edges.arc",
        default=240.0 if fan else 120.0,
        low=20.0,
        high=360.0 if fan else 180.0,
        unit="°",
        title="Arc",
        help="The views of this step are 2° apart and lie on this arc.",
    )


START = Parameter(
    name="edges.start", default=0.0, low=0.0, high=180.0, unit="°", title="Start of the arc"
)
FIELD = Parameter(
    name="edges.field",
    default=1.0,
    low=SHARES[0],
    high=1.0,
    title="Detectors that are left",
    help="Fewer in the middle of the row: every view sees only the interior of the object.",
)


@part
def show(scan: Scan) -> None:
    """Colour the edges by what is measured, and draw the streaks over the reconstruction."""
    text_with_equations(WORDS, *EQUATIONS)
    arc_of_scan = arc_parameter(scan)
    places = st.columns(3, gap="medium")
    with places[0]:
        arc = control(arc_of_scan, options=_stops(arc_of_scan), show=lambda angle: f"{angle:g}°")
    with places[1]:
        start = control(START, options=_stops(START), show=lambda angle: f"{angle:g}°")
    with places[2]:
        share = control(FIELD, options=SHARES, show=lambda part: f"{100 * part:g} %")
    limited = limited_scan(scan, arc, start, share)
    truth = cached.truth(scan.image, scan.size)
    edges = find_edges(truth)
    miss, lines, image = cached.memoize(
        "visible edges", limited, compute=lambda: _computed(limited, edges)
    )
    seen = miss <= SPACING
    _pictures(truth, image, edges, seen, lines, limited.beam.field_radius)
    st.markdown(_verdict(edges, seen, kept(image, edges, truth)))
    st.caption(SOURCES)
    things_to_try(
        "Move the *start* of the arc: the red edges turn with it, and so do the streaks.",
        "Raise the arc to 180°: when do the last streaks go?",
        "Set the arc to 180° and leave 40 % of the detectors (**interior tomography**): inside the "
        "circle every edge is there, but are the values right?",
        "Choose *Shepp–Logan* on the left, and say for each ellipse which part will be missing.",
    )


def limited_scan(scan: Scan, arc: float, start: float, share: float) -> Scan:
    """The scan with dense views on an arc, part of its detectors, and neither noise nor faults."""
    views = EvenViews(angles=max(round(arc / SPACING), 1), arc=arc, start=start)
    detectors = max(round(scan.beam.detectors * share), 1)
    beam = replace(scan.beam, views=views, detectors=detectors)
    return replace(scan, beam=beam, noise=NoNoise(), finer_grid=False, imperfections=())


def _stops(parameter: Parameter) -> Sequence[float]:
    return tuple(np.arange(parameter.low or 0, (parameter.high or 0) + 1, 10.0).tolist())


def _computed(limited: Scan, edges: Edges) -> tuple[Float64Array, Float64Array, Image]:
    """How far each edge is from a measured ray, the streaks (lines, 2), and the FBP."""
    miss = nearest_rays(limited.beam, edges.x, edges.y, edges.normal_deg).miss_deg
    lines = streaks(limited.beam, edges, SPACING, MOST_STREAKS)
    image = last_image(FBP(), cached.measurement(limited))
    return miss, np.array(lines, np.float64).reshape(-1, 2), image


def _pictures(
    truth: Image,
    image: Image,
    edges: Edges,
    seen: Mask,
    lines: Float64Array,
    radius: float,
) -> None:
    size = len(truth)
    coloured = np.zeros((size, size), np.float32)
    coloured[edges.row, edges.column] = np.where(seen, -1, 1) * np.sqrt(edges.strength)
    reach = float(np.sqrt(edges.strength.max(initial=0))) or 1.0
    error = image - truth
    edge = circle(radius, size, colour=OVERLAY_SECOND, width=1.2, dash="dot")
    field = [edge] if radius < size / 2 else []
    image_panels(
        [
            Panel(
                title="Edges: visible blue, invisible red",
                image=coloured,
                low=-reach,
                high=reach,
                colormap="diverging",
                caption="stronger where steeper",
                overlays=field,
                alt="The edges of the image: blue where a measured ray touches them, else red.",
            ),
            Panel(
                title="Filtered back-projection",
                image=image,
                low=0,
                high=1,
                overlays=field,
                alt="The reconstruction from the limited data.",
            ),
            Panel(
                title="Its error, and predicted streaks",
                image=error,
                low=-0.5,
                high=0.5,
                colormap="diverging",
                overlays=[*field, *(_line(normal, offset, size) for normal, offset in lines)],
                caption=f"{len(lines)} strongest streaks" if len(lines) else "no streaks predicted",
                alt="The error of the reconstruction with the predicted streaks over it.",
            ),
        ],
        key="visible_edges",
        columns=3,
        tallest=380,
    )


def _line(normal: float, offset: float, size: int) -> Overlay:
    """The line x cos α + y sin α = s within the image."""
    cos, sin = np.cos(np.deg2rad(normal)), np.sin(np.deg2rad(normal))
    along = np.linspace(-size, size, 801)
    x, y = offset * cos - along * sin, offset * sin + along * cos
    inside = np.maximum(np.abs(x), np.abs(y)) <= size / 2
    middle = (size - 1) / 2
    x, y = x[inside][[0, -1]], y[inside][[0, -1]]
    return Overlay(x=middle + x, y=middle - y, width=1.2, dash="dash")


def _verdict(edges: Edges, seen: Mask, share: Float64Array) -> str:
    if not seen.size:
        return "This image has no edges."
    visible = float(edges.strength[seen].sum() / edges.strength.sum())
    sentence = f"{percent(visible)} of the edges are visible, each counted by its height."
    for name, group in (("visible", seen), ("invisible", ~seen)):
        if group.any():
            sentence += f" Of a typical {name} edge, {percent(float(np.median(share[group])))} is "
            sentence += "left in the reconstruction."
    return sentence

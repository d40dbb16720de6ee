"""The scanner drawn on slices: from above as for images, and from the side with its height."""

import numpy as np

from core.array_types import Float64Array
from core.geometry.volume_beams import PanelBeam, PointPanel
from core.ui.figures.panels import Overlay
from core.ui.style import OVERLAY, OVERLAY_SECOND

REACH = 0.62
"""How far from the axis the drawing goes, as a share of the volume's side."""


def side_view(beam: PanelBeam, shape: tuple[int, ...]) -> list[Overlay]:
    """The rays from the source to the lowest and the highest row, and the panel, for each view.

    Over a slice with its top on top, the source on the left: the gantry turns, and the drawing with
    it. Source and panel that stand further off are left out, and the rays end at the rim.
    """
    columns = shape[2]
    reach = REACH * columns
    if isinstance(beam, PointPanel):
        near, far = max(-reach, -beam.source_origin), min(reach, beam.origin_detector)
        heights = beam.source_heights[:, None]
        half = beam.half_height
        ends = np.array([near, far, np.nan, near, far])
        spread = half * (1 + ends / beam.source_origin)
        z = heights + spread * np.array([1, 1, 1, -1, -1])
        bar = heights + half * (1 + far / beam.source_origin) * np.array([-1, 1])
    else:
        near, far = -reach, reach
        ends = np.array([near, far, np.nan, near, far])
        z = np.broadcast_to(beam.rows / 2 * np.array([1, 1, 1, -1, -1]), (beam.view_count, 5))
        bar = np.broadcast_to(beam.rows / 2 * np.array([-1.0, 1.0]), (beam.view_count, 2))
    return [
        _overlay(ends, z, shape, OVERLAY, 1.2),
        _overlay(np.array([far, far]), bar, shape, OVERLAY_SECOND, 4.0),
    ]


def padding(shape: tuple[int, ...]) -> float:
    """How many pixels around a slice the drawing needs."""
    return (REACH - 0.5) * shape[2] + 2


def _overlay(
    along: Float64Array, z: Float64Array, shape: tuple[int, ...], colour: str, width: float
) -> Overlay:
    slices, _, columns = shape
    x = np.broadcast_to((columns - 1) / 2 + along, z.shape)
    return Overlay(x=x, y=(slices - 1) / 2 - z, colour=colour, width=width)

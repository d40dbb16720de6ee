"""The gantry drawn on the image: rays, detectors, source and the covered field."""

import numpy as np
from numpy.typing import NDArray

from core.geometry.beams import Beam
from core.geometry.rays import ray
from core.ui.figures.panels import Overlay, circle
from core.ui.style import OVERLAY, OVERLAY_SECOND

RAYS = 7
ROW = 101
"""Points of the row of detectors, which may be curved."""
REACH = 0.54
"""How far from the axis the drawing goes, as a share of the image's side: just off its edge."""
MOST_PADDING = 0.6


def gantry(beam: Beam, size: int) -> tuple[list[Overlay], float]:
    """Return the overlays (one frame for each view) and the padding that they need, in pixels.

    Source and detectors that stand further off than the drawing goes are left out: the rays
    then end at its rim, and a bar marks the side of the detectors.
    """
    near, far = -REACH * size, REACH * size
    source_distance = beam.source_distance
    if source_distance is not None:
        near, far = max(near, -source_distance), min(far, beam.drawn_reach)
    ends = beam.detector_edges[[0, -1]]
    across = np.linspace(ends[0], ends[1], RAYS)
    starts = ray(beam, across, np.full(RAYS, near))
    stops = ray(beam, across, _within(beam.behind(across, far), near))
    row = np.linspace(ends[0], ends[1], ROW)
    bar = ray(beam, row, _within(beam.behind(row, far), near))
    overlays = [
        circle(beam.field_radius, size, width=1.0, dash="dot"),
        _overlay(_broken(starts, stops), size, colour=OVERLAY, width=1.2),
        _overlay(bar, size, colour=OVERLAY_SECOND, width=4.0),
    ]
    if source_distance is not None and source_distance <= REACH * size * 1.5:
        source = ray(beam, np.zeros(1), np.array([-source_distance]))
        overlays.append(_overlay(source, size, colour=OVERLAY, width=2.5, mode="markers"))
    drawn = np.nanmax(np.abs(np.concatenate([starts, bar], axis=1)))
    return overlays, float(np.clip(drawn - size / 2, 0, MOST_PADDING * size)) + 0.03 * size


def _within(behind: NDArray[np.float64], near: float) -> NDArray[np.float64]:
    """How far behind the axis points are; NaN where that is off the drawing."""
    return np.where(behind > near, behind, np.nan)


def _broken(starts: NDArray[np.float64], stops: NDArray[np.float64]) -> NDArray[np.float64]:
    """Segments (angles, rays, 2) as one line (angles, 3 rays, 2) with the pen lifted between."""
    gaps = np.full_like(starts, np.nan)
    return np.stack([starts, stops, gaps], axis=2).reshape(len(starts), -1, 2)


def _overlay(points: NDArray[np.float64], size: int, **look: object) -> Overlay:
    """Positions (frames, points, 2) from the axis, as columns and rows of the image."""
    middle = (size - 1) / 2
    return Overlay(x=middle + points[..., 0], y=middle - points[..., 1], **look)  # type: ignore[arg-type]

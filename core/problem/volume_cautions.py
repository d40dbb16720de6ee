"""What to know of the scan of a volume before one believes its reconstruction."""

import numpy as np

from core.array_types import FloatArray
from core.geometry.volume_beams import ConeBeam, HelicalBeam, PanelBeam
from core.number_format import percent

TRUNCATED = 0.005
"""From this share of the volume outside of what every view sees, reconstructions show it."""


def cautions(truth: FloatArray, beam: PanelBeam) -> tuple[str, ...]:
    """Sentences on what a scan of a volume (slices, size, size) lacks; none for a usual one."""
    found = truncation(truth, beam), _single_view(beam)
    return tuple(sentence for sentence in found if sentence)


def truncation(truth: FloatArray, beam: PanelBeam) -> str:
    """A sentence on what of a volume the panel misses; "" where it is little.

    It counts from the axis: what lies further out than the cylinder that every view sees whole from
    side to side, and higher or lower than the panel sees at the axis.
    """
    slices, rows, columns = truth.shape
    y, x = np.arange(rows) - (rows - 1) / 2, np.arange(columns) - (columns - 1) / 2
    total = float(truth.sum()) or 1.0
    radius = beam.field_radius
    aside = y[:, None] ** 2 + x**2 > radius**2
    beside = float(truth[:, aside].sum()) / total
    low, high = _heights_seen(beam)
    z = np.arange(slices) - (slices - 1) / 2
    above = float(truth[(z < low) | (z > high)].sum()) / total
    if beside > 1 - TRUNCATED:
        return "No part of the object is seen whole by every view: it is truncated everywhere."
    missed = [
        f"{percent(share)} of it {where}"
        for share, where in (
            (beside, f"lies further than {radius:.0f} voxels from the axis"),
            (above, "lies above or below what the panel sees at the axis"),
        )
        if share > TRUNCATED
    ]
    if not missed:
        return ""
    return f"The panel misses a part of the object: {' and '.join(missed)}. It is truncated."


def _heights_seen(beam: PanelBeam) -> tuple[float, float]:
    """Between which heights every view sees the axis, or on a helix some view does."""
    if not isinstance(beam, (ConeBeam, HelicalBeam)):
        return -np.inf, np.inf
    heights = beam.source_heights
    return float(heights.min()) - beam.half_height, float(heights.max()) + beam.half_height


def _single_view(beam: PanelBeam) -> str:
    if beam.view_count > 1:
        return ""
    return (
        "There is one view: where along a ray the object lies is unknown, and a reconstruction "
        "smears it along all of it. Two and more views begin to tell."
    )

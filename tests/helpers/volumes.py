"""Small scans of volumes, and what they are compared with."""

import numpy as np

from core.array_types import Float64Array
from core.geometry.views import EvenViews
from core.geometry.volume_beams import ConeBeam, HelicalBeam, PanelBeam, ParallelBeam3D, PointPanel
from core.problem.volumes._ellipsoids import line_integrals

CONE = ConeBeam(
    views=EvenViews(angles=7, arc=360.0, start=11.0),
    rows=11,
    detectors=13,
    detector_width=2.3,
    row_height=2.7,
    source_origin=23.0,
    origin_detector=19.0,
    panel_offset=0.7,
)
HELIX = HelicalBeam(
    views=EvenViews(angles=9, arc=360.0),
    rows=8,
    detectors=14,
    source_origin=24.0,
    origin_detector=24.0,
    pitch=5.0,
    turns=2.5,
)
SCANS: dict[str, tuple[int, PanelBeam, str]] = {
    "cone, strip": (12, CONE, "strip"),
    "cone, linear": (12, CONE, "linear"),
    "helix, strip": (
        13,
        HELIX,
        "strip",
    ),
    "helix, linear": (
        12,
        HELIX,
        "linear",
    ),
    "stack, interleaved": (
        12,
        ParallelBeam3D(views=EvenViews(angles=6), rows=7, detectors=16, interleaved=3, turned=10.0),
        "strip",
    ),
    "one view, one row": (
        9,
        ConeBeam(
            views=EvenViews(angles=1, arc=360.0),
            rows=1,
            detectors=10,
            source_origin=20.0,
            origin_detector=20.0,
        ),
        "linear",
    ),
}
"""Scans with odd sizes, by the way in which they are computed."""


def exact_projections(
    ellipsoids: Float64Array, size: int, beam: PointPanel, subrays: int = 4
) -> Float64Array:
    """The data (views, rows, detectors) of ellipsoids, the mean over subrays² rays a detector."""
    half = size / 2
    vectors = beam.vectors() / half
    source, middle = vectors[:, 0:3], vectors[:, 3:6]
    step, rise = vectors[:, 6:9], vectors[:, 9:12]
    v = np.arange(beam.rows) - (beam.rows - 1) / 2
    u = np.arange(beam.detectors) - (beam.detectors - 1) / 2
    parts = (np.arange(subrays) + 0.5) / subrays - 0.5
    data = np.zeros(beam.data_shape)
    for dv in parts:
        for du in parts:
            ends = (
                middle[:, None, None]
                + (v + dv)[None, :, None, None] * rise[:, None, None]
                + (u + du)[None, None, :, None] * step[:, None, None]
            )
            data += line_integrals(ellipsoids, source[:, None, None], ends)
    return data * half / subrays**2

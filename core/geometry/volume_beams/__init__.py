"""The scanners of volumes: one file for each."""

import sys

from core.description import Family
from core.discovery import members_of
from core.geometry.volume_beams._panel import MOST_ROWS, PanelBeam
from core.geometry.volume_beams._point import PointPanel
from core.geometry.volume_beams.cone import ConeBeam
from core.geometry.volume_beams.helix import HelicalBeam
from core.geometry.volume_beams.parallel3d import ParallelBeam3D

__all__ = [
    "MOST_ROWS",
    "VOLUME_BEAMS",
    "ConeBeam",
    "HelicalBeam",
    "PanelBeam",
    "ParallelBeam3D",
    "PointPanel",
]

VOLUME_BEAMS = Family(
    name="beam",
    members=members_of(sys.modules[__name__], PanelBeam),
    help="Parallel rays slice by slice, a cone from a source on a circle, or on a helix.",
)
"""Every scanner of volumes."""

"""The scanners: one file for each."""

import sys

import numpy as np

from core.array_types import FloatArray
from core.description import Family
from core.discovery import members_of
from core.geometry.beams._point_source import PointSource
from core.geometry.beams.base import MOST_DETECTORS, WIDTH_RANGE, Beam
from core.geometry.beams.fan import FanBeam
from core.geometry.beams.parallel import ParallelBeam

__all__ = [
    "BEAMS",
    "MOST_DETECTORS",
    "TRUNCATED",
    "WIDTH_RANGE",
    "Beam",
    "FanBeam",
    "ParallelBeam",
    "PointSource",
    "share_outside",
]

BEAMS = Family(
    name="beam",
    members=members_of(sys.modules[__name__], Beam),
    help="Parallel rays, or rays that fan out from a point source.",
)
"""Every scanner."""

TRUNCATED = 0.005
"""From this share of the image outside of what every view sees, reconstructions show it."""


def share_outside(image: FloatArray, radius: float) -> float:
    """The share of an image's mass (size, size) outside the disc of this radius in pixels."""
    size = image.shape[0]
    offsets = np.arange(size) - (size - 1) / 2
    outside = offsets[:, None] ** 2 + offsets**2 > radius**2
    total = float(image.sum())
    return float(image[outside].sum()) / total if total else 0.0

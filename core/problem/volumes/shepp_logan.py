"""Shepp and Logan's head in three dimensions, as Kak and Slaney have it."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Image
from core.problem.volumes._ellipsoids import rasterise
from core.problem.volumes.base import VolumeImage, scaled

ELLIPSOIDS = np.array(
    [  # value, a, b, c, x, y, z, φ in degrees
        (1.0, 0.69, 0.92, 0.9, 0.0, 0.0, 0.0, 0),
        (-0.8, 0.6624, 0.874, 0.88, 0.0, 0.0, 0.0, 0),
        (-0.2, 0.41, 0.16, 0.21, -0.22, 0.0, -0.25, 108),
        (-0.2, 0.31, 0.11, 0.22, 0.22, 0.0, -0.25, 72),
        (0.2, 0.21, 0.25, 0.5, 0.0, 0.35, -0.25, 0),
        (0.2, 0.046, 0.046, 0.046, 0.0, 0.1, -0.25, 0),
        (0.1, 0.046, 0.023, 0.02, -0.08, -0.65, -0.25, 0),
        (0.1, 0.046, 0.023, 0.02, 0.06, -0.65, -0.25, 90),
        (0.2, 0.056, 0.04, 0.1, 0.06, -0.105, 0.625, 90),
        (-0.2, 0.056, 0.056, 0.1, 0.0, 0.1, 0.625, 0),
    ]
) * (1, 1, 1, 1, 1, 1, 1, np.pi / 180)
"""A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging (1988), page 102, DOI
10.1137/1.9780898719277. What is inside the skull has ten times its contrast, so that one sees it;
the skull has that of Toft's thesis (1996)."""


@final
@dataclass(frozen=True, kw_only=True)
class SheppLoganVolume(VolumeImage):
    """Ten ellipsoids."""

    name: ClassVar[str] = "shepp_logan"
    title: ClassVar[str] = "3-D Shepp–Logan"
    order: ClassVar[int] = 1

    @property
    def label(self) -> str:
        """What people read."""
        return "3-D Shepp–Logan phantom"

    def read(self, size: int, slices: int) -> Image:
        """Return the volume (slices, size, size), float32, in [0, 1]."""
        return scaled(rasterise(ELLIPSOIDS, size, slices))

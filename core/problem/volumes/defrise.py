"""Defrise's disks: flat disks one above the other, which a source on a circle cannot tell apart.

A plane between two disks meets no circle about the axis but the one in it: Tuy's condition fails.

Source: H. K. Tuy, An inversion formula for cone-beam reconstruction, SIAM J. Appl. Math. 43 (1983)
546-552, DOI 10.1137/0143035.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, Image
from core.problem.volumes._ellipsoids import OVERSAMPLING
from core.problem.volumes.base import VolumeImage

DISKS = 7
THICKNESS = 0.125
"""Of a disk and of a gap, in halves of the volume's side: 4 voxels of 64."""
RADIUS = 0.75


@final
@dataclass(frozen=True, kw_only=True)
class DefriseDisks(VolumeImage):
    """Seven disks with gaps as thick as they are, about the axis of rotation."""

    name: ClassVar[str] = "defrise"
    title: ClassVar[str] = "Defrise disks"
    order: ClassVar[int] = 3

    @property
    def label(self) -> str:
        """What people read."""
        return self.title

    def read(self, size: int, slices: int) -> Image:
        """Return the volume (slices, size, size), float32, in [0, 1]."""
        fine = OVERSAMPLING * 2
        heights = _points(slices, size, fine)
        thick = (np.abs(heights[:, None] - disk_heights()) <= THICKNESS / 2).any(axis=1)
        profile = thick.reshape(slices, fine).mean(axis=1)
        across = _points(size, size, fine)
        round_ = across[:, None] ** 2 + across**2 <= RADIUS**2
        disk = round_.reshape(size, fine, size, fine).mean(axis=(1, 3))
        volume: Image = (profile[:, None, None] * disk).astype(np.float32)
        return volume


def disk_heights(gaps: bool = False) -> Float64Array:
    """The heights of the disks' middles, from below, or of the gaps between them."""
    places = np.arange(DISKS) - (DISKS - 1) / 2
    if gaps:
        places = (places[1:] + places[:-1]) / 2
    return np.asarray(2 * THICKNESS * places)


def _points(count: int, size: int, fine: int) -> Float64Array:
    places = (np.arange(count * fine) + 0.5 - count * fine / 2) * (2 / (size * fine))
    return np.asarray(places, np.float64)

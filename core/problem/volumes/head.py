"""Colin27's head: all slices that come with the lab, at their true spacing."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import FloatArray, Image
from core.problem.image_files import open_image_file
from core.problem.stored import IMAGES_FILE, demo_set
from core.problem.volumes.base import VolumeImage, scaled

SIDE_MM = 216.0
"""Side of the field that becomes a slice: what is cut off is empty."""


@final
@dataclass(frozen=True, kw_only=True)
class ColinHead(VolumeImage):
    """81 mm of a head, 216 mm across; above and below, where nothing is stored, it is empty."""

    name: ClassVar[str] = "colin27"
    title: ClassVar[str] = "Colin27's head"
    order: ClassVar[int] = 0

    @property
    def label(self) -> str:
        """What people read."""
        return demo_set(self.name).title

    def read(self, size: int, slices: int) -> Image:
        """Return the volume (slices, size, size), float32, in [0, 1]."""
        entry = demo_set(self.name)
        with open_image_file(IMAGES_FILE) as file:
            stored = file[entry.name]["reconstruction_rss"][:]
        cut = (stored.shape[1] - round(SIDE_MM / entry.spacing_mm)) // 2
        return scaled(resampled(stored[:, cut:-cut, cut:-cut], (1.0, 1.0, 1.0), size, slices))


def resampled(
    stored: FloatArray, spacing: tuple[float, float, float], size: int, slices: int
) -> FloatArray:
    """A volume (slices, rows, columns) as (slices, size, size) cubes, centred, zeros around it.

    `spacing` are the lengths of a voxel along the three axes. Linear interpolation, after a
    Gaussian that removes what a coarser grid cannot hold.
    """
    from skimage.transform import resize

    extent = np.array(stored.shape) * spacing
    voxel = max(extent[1], extent[2]) / size
    wanted = np.maximum(np.rint(extent / voxel), 1).astype(int)
    coarse = resize(stored.astype(np.float32), wanted, order=1, anti_aliasing=True)
    volume = np.zeros((slices, size, size), np.float32)
    into, out = zip(
        *(_centred(n, m) for n, m in zip(volume.shape, wanted, strict=True)), strict=True
    )
    volume[into] = coarse[out]
    return volume


def _centred(target: int, source: int) -> tuple[slice, slice]:
    """Where the middle of `source` samples goes among `target`, and which part of it."""
    count = min(target, source)
    to, start = (target - count) // 2, (source - count) // 2
    return slice(to, to + count), slice(start, start + count)

"""What lies in a scanner of volumes."""

from abc import ABC, abstractmethod

import numpy as np

from core.array_types import FloatArray, Image
from core.description import Described


class VolumeImage(Described, ABC):
    """A volume that can be scanned; a frozen dataclass that can be hashed and pickled."""

    @property
    @abstractmethod
    def label(self) -> str:
        """What people read."""

    @abstractmethod
    def read(self, size: int, slices: int) -> Image:
        """Return the volume (slices, size, size) about the axis, float32, in [0, 1].

        Voxels are cubes, `size` of them from side to side, and slice k is at k − (slices − 1)/2
        of them above the middle.
        """


def scaled(volume: FloatArray) -> Image:
    """A volume with its negative values cut off and a maximum of 1, float32."""
    largest = float(volume.max(initial=0)) or 1.0
    image: Image = np.clip(volume / largest, 0, 1).astype(np.float32)
    return image


def resampled(
    stored: FloatArray, spacing: tuple[float, float, float], size: int, slices: int
) -> FloatArray:
    """A volume (slices, rows, columns) as (slices, size, size) cubes, centred, zeros around it.

    `spacing` are the lengths of a voxel along the three axes; the longest side of the volume takes
    the side of the cube. Linear interpolation, after a
    Gaussian that removes what a coarser grid cannot hold.
    """
    from skimage.transform import resize

    extent = np.array(stored.shape) * spacing
    voxel = extent.max() / size
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

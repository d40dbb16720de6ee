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

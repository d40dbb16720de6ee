"""A visitor's own image: it lives in that visitor's session and nowhere else."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.problem.resample import fit


@dataclass(frozen=True, kw_only=True)
class UploadedImage:
    """One slice of a visitor's file.

    `digest` is the sha256 of the file's content and the slice; it alone defines the image, so
    that no name of a file enters a key. `pixels` is a square float32 array in [0, 1].
    """

    digest: str
    title: str = field(compare=False)
    slice: int
    pixels: NDArray[np.float32] = field(compare=False, repr=False)

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.title}, slice {self.slice}"

    def read(self, size: int) -> NDArray[np.float32]:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1."""
        return fit(self.pixels, size)

"""Colin27's head: all slices that come with the lab, at their true spacing."""

from dataclasses import dataclass
from typing import ClassVar, final

from core.array_types import Image
from core.problem.image_files import open_image_file
from core.problem.stored import IMAGES_FILE, demo_set
from core.problem.volumes.base import VolumeImage, resampled, scaled

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

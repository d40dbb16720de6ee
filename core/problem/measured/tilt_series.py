"""The shipped tilt series: a needle in an electron microscope.

The microscope tilts it from −76° to 76° in steps of 2° and counts electrons scattered to large
angles (HAADF), which grow with the mass along each ray. 28° of view are missing.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, final

import numpy as np

from core.description import Described
from core.parameters import param
from core.problem.image_files import open_image_file
from core.problem.readers.sinogram.raw import RawSinogram
from core.problem.stored import IMAGES_FILE

GROUP = "haadf_tilt"
SLICES = 3


@final
@dataclass(frozen=True, kw_only=True)
class TiltSeries(Described):
    """One of three slices through the needle, from its shaft (0) to its tip (2)."""

    name: ClassVar[str] = GROUP
    title: ClassVar[str] = "Needle (tilt series)"
    order: ClassVar[int] = 0

    slice: int = param(0, low=0, high=SLICES - 1, title="Slice of the needle", label="Slice")

    @property
    def label(self) -> str:
        """What people read."""
        return f"Needle in an electron microscope, slice {self.slice} of 0–{SLICES - 1}"

    @cached_property
    def credit(self) -> str:
        """One line of credit for the screen."""
        with open_image_file(IMAGES_FILE) as file:
            credits = file[GROUP].attrs
            return f"{credits['title']}. {credits['source']}. {credits['licence']}."

    def raw(self) -> RawSinogram:
        """The counts (77, 256) and their angles in degrees."""
        with open_image_file(IMAGES_FILE) as file:
            counts, angles = file[GROUP]["sinogram"], file[GROUP]["angles_deg"][()]
            data = counts[self.slice].astype(np.float32)
        return RawSinogram(
            kind="HDF5",
            dataset=GROUP,
            stacked="sinograms",
            slices=SLICES,
            index=self.slice,
            data=data,
            angles=angles.astype(np.float64),
            unit="degrees",
        )

"""What the scanners of volumes have in common: a panel, rows of detectors one above the other.

The axis of rotation is z, upwards; x and y are those of `core.geometry.beams.base`. A volume is
(slices, rows, columns): slice k of K is at z = k − (K − 1)/2, and a slice is an image. Row r of R
of the panel is at (r − (R − 1)/2) times the height of a row, so slices and rows count upwards.
"""

from abc import ABC
from dataclasses import dataclass
from typing import Self

from core.geometry.beams.base import Beam
from core.parameters import param

MOST_ROWS = 512


@dataclass(frozen=True, kw_only=True)
class PanelBeam(Beam, ABC):
    """A scanner with several rows of detectors, whose data are (views, rows, detectors)."""

    rows: int = param(
        64,
        low=1,
        high=MOST_ROWS,
        title="Number of panel rows",
        label="Rows",
        typed=True,
        place="half",
        help="How many rows of detectors stand one above the other.",
    )

    @property
    def data_shape(self) -> tuple[int, ...]:
        """The shape of the data: (views, rows, detectors)."""
        return (self.view_count, self.rows, self.detectors)

    def image_shape(self, size: int) -> tuple[int, ...]:
        """The shape of the volume whose side has `size` voxels: a cube."""
        return (size, size, size)

    @classmethod
    def sized(cls, size: int) -> Self:
        """The usual scanner for a volume of this size: it sees the ball in it, and more."""
        return cls(rows=size)

"""What every step of the preparation has in common."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from core.array_types import Float32Array, Float64Array, Sinogram
from core.description import Described
from core.errors import InputError
from core.geometry.beams import Beam, FanBeam, ParallelBeam
from core.geometry.beams.base import WIDTH_RANGE
from core.geometry.views.listed import ListedViews


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A sinogram on its way to line integrals.

    data : (views, detectors), float32, finite.
    angles_deg : (views,), float64.
    white, dark : (detectors,), what each detector counts without an object, and without a beam.
    fan : from the source to the axis and from there to the detectors, in widths of a detector;
        None for parallel rays.
    scale : what the data were divided by: the image times `scale` is in units per detector.
    note : a sentence on what the step before has done or found.
    recipe : the file in `core.recipes.preparation` that does the same, without its ending, and its
        constants; "" for a step that has changed nothing.
    """

    data: Sinogram = field(repr=False)
    angles_deg: Float64Array = field(repr=False)
    white: Float32Array | None = field(default=None, repr=False)
    dark: Float32Array | None = field(default=None, repr=False)
    fan: tuple[float, float] | None = None
    scale: float = 1.0
    note: str = ""
    recipe: str = ""
    constants: Mapping[str, int | float] = field(default_factory=dict)

    @property
    def parallel(self) -> bool:
        """Whether the rays are parallel."""
        return self.fan is None

    @property
    def beam(self) -> Beam:
        """The beam of these views; a pixel is a detector, seen on the axis.

        Raises `InputError` for distances of a fan with which no image can be made.
        """
        views = ListedViews(angle_list=tuple(self.angles_deg.tolist()))
        detectors = self.data.shape[1]
        if self.fan is None:
            return ParallelBeam(views=views, detectors=detectors, detector_width=1.0)
        source, detector = self.fan
        magnification = (source + detector) / source
        if magnification > WIDTH_RANGE[1]:
            raise InputError(
                f"The distances magnify {magnification:.4g} times (source to axis {source:g}, axis "
                f"to detector {detector:g}); up to {WIDTH_RANGE[1]:g} times can be reconstructed."
            )
        reach = detectors / math.sqrt(2)  # of the image's corners, magnified as its centre
        if source + detector <= reach:
            raise InputError(
                f"With {detectors} detectors the source must be more than {reach:.5g} widths of a "
                f"detector from them to stand outside the image, not {source + detector:g} "
                f"(source to axis {source:g}, axis to detector {detector:g})."
            )
        return FanBeam(
            views=views,
            detectors=detectors,
            detector_width=magnification,
            source_origin=source * magnification,
            origin_detector=detector * magnification,
        )


@dataclass(frozen=True, kw_only=True)
class Step(Described, ABC):
    """A step of the preparation; its parameters are called `{name}_…` outside.

    The constants of its recipe begin with the same name.

    `title` is a heading, `about` a sentence on what the step is good for, with its source.
    """

    about: ClassVar[str]

    @property
    @abstractmethod
    def wanted(self) -> bool:
        """Whether the step may change anything as it is set."""

    @abstractmethod
    def apply(self, before: Prepared) -> Prepared:
        """Return the sinogram after the step; raise `InputError` where it cannot be done.

        `before` has neither note nor recipe: the step says what it did in both.
        """

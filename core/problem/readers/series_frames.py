"""The slices in DICOM files, and what the files say of where each of them lies.

Source: DICOM PS3.3, C.7.6.2.1.1 (image plane), C.7.6.16.2 (functional groups of a frame).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.array_types import Float64Array
from core.problem.readers import dicom
from core.problem.readers.source import Source
from core.problem.readers.stack import reading


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One slice of a series: what its file says of it, lengths in mm."""

    name: str
    open: Callable[[], Source]
    index: int
    series: str
    words: str
    size: tuple[int, int]
    pixel: tuple[float, float] | None
    thickness: float | None
    number: int | None
    position: Float64Array | None = field(repr=False)
    directions: Float64Array | None = field(repr=False)
    """Of the next column and of the next row (2, 3)."""


def frames_of(name: str, opened: Callable[[], Source]) -> Iterator[Frame]:
    """The slices of one file."""
    source = opened()
    stack = dicom.open_stack(source)
    with reading(dicom.KIND), source.open() as stream:
        dataset, _ = dicom.headers(source, stream)
        shared = (dataset.get("SharedFunctionalGroupsSequence") or (None,))[0]
        several = dataset.get("PerFrameFunctionalGroupsSequence") or ()
        for index in range(stack.slices):
            groups = [several[index] if index < len(several) else None, shared]
            measures = _group(groups, "PixelMeasuresSequence", dataset)
            pixel = _numbers(measures.get("PixelSpacing"), 2)
            step = dataset.get("SpacingBetweenSlices") or measures.get("SpacingBetweenSlices")
            thickness = _numbers([step or measures.get("SliceThickness")], 1)
            place = _group(groups, "PlanePositionSequence", dataset)
            plane = _group(groups, "PlaneOrientationSequence", dataset)
            directions = _numbers(plane.get("ImageOrientationPatient"), 6)
            number = dataset.get("InstanceNumber") if stack.slices == 1 else index
            yield Frame(
                name=name,
                open=opened,
                index=index,
                series=str(dataset.get("SeriesInstanceUID", "")),
                words=str(dataset.get("SeriesDescription", "")),
                size=(stack.rows, stack.columns),
                pixel=None if pixel is None or pixel.min() <= 0 else (pixel[0], pixel[1]),
                thickness=None if thickness is None else abs(float(thickness[0])) or None,
                number=None if number is None else int(number),
                position=_numbers(place.get("ImagePositionPatient"), 3),
                directions=None if directions is None else directions.reshape(2, 3),
            )


def _group(groups: Sequence[Any], name: str, dataset: Any) -> Any:
    """The functional group of a frame that has these tags, else the file itself."""
    for group in groups:
        if group is not None and (sequence := group.get(name)):
            return sequence[0]
    return dataset


def _numbers(value: Any, count: int) -> Float64Array | None:
    if value is None or isinstance(value, str) or len(value) != count or value[0] is None:
        return None
    numbers = np.array([float(one) for one in value])
    return numbers if np.isfinite(numbers).all() else None

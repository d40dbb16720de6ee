"""From the stored values of a DICOM frame to what they mean: scale, padding, inversion.

Source: DICOM PS3.3, C.7.5.1.1.2 (pixel padding), C.7.6.16.2.9 (pixel value transformation of one
frame), C.11.1 (modality LUT).
"""

from typing import Any

import numpy as np

from core.array_types import AnyArray, Float64Array

LOSSY = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.91")
"""JPEG with 8 and 12 bits, and JPEG 2000."""
HOUNSFIELD_AIR = -1024.0
"""In Hounsfield units; what is darker is no part of a CT."""


def grey_values(dataset: Any, stored: AnyArray, index: int) -> Float64Array:
    """The values of frame `index`; padding, which is no part of the image, gets the lowest.

    Parameters
    ----------
    dataset : the headers of the file.
    stored : (rows, columns), as the file has them.
    """
    padding = _padding(dataset, stored)
    values = _rescaled(dataset, stored, index)
    if padding is None:
        return np.maximum(values, HOUNSFIELD_AIR) if dataset.get("Modality") == "CT" else values
    inside = values[~padding]
    if dataset.get("PhotometricInterpretation", "") == "MONOCHROME1" and inside.size:
        values = inside.max() - values
        inside = values[~padding]
    if padding.any() and inside.size:
        values = np.where(padding, inside.min(), values)
    return values


def _rescaled(dataset: Any, stored: AnyArray, index: int) -> Float64Array:
    from pydicom.pixels import apply_modality_lut

    group = _of_frame(dataset, index)
    if group is None and dataset.get("ModalityLUTSequence"):
        return np.asarray(apply_modality_lut(stored, dataset), np.float64)
    about = dataset if group is None else group
    slope = _number(about.get("RescaleSlope"), 1.0)
    return stored * slope + _number(about.get("RescaleIntercept"), 0.0)


def _of_frame(dataset: Any, index: int) -> Any:
    """The scale that an Enhanced file gives for one frame, or for all; None where there is none."""
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or ()
    shared = dataset.get("SharedFunctionalGroupsSequence") or ()
    for group in (*frames[index : index + 1], *shared[:1]):
        if transformation := group.get("PixelValueTransformationSequence"):
            return transformation[0]
    return None


def _number(value: Any, empty: float) -> float:
    """A number that may be present and empty."""
    return empty if value is None or value == "" else float(value)


def _padding(dataset: Any, stored: AnyArray) -> AnyArray | None:
    """Which pixels only fill the rectangle: one value, or all up to the limit of a range.

    None where a compression with losses has changed that value, so that nobody knows.
    """
    first = dataset.get("PixelPaddingValue")
    if first is None or first == "" or stored.dtype.kind not in "iu":
        return np.zeros(stored.shape, bool)
    last = dataset.get("PixelPaddingRangeLimit")
    if last in (None, "") and dataset.file_meta.TransferSyntaxUID in LOSSY:
        return None
    ends = [_as_stored(value, stored) for value in (first, first if last in (None, "") else last)]
    return (min(ends) <= stored) & (stored <= max(ends))


def _as_stored(value: Any, stored: AnyArray) -> int:
    """A padding value with the sign of the pixels: many programs write 63536 for −2000."""
    number, limits = int(value), np.iinfo(stored.dtype)
    span = int(limits.max) - int(limits.min) + 1
    if number > limits.max:
        return number - span
    return number + span if number < limits.min else number

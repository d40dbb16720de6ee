"""DICOM: the frames of one file are its slices."""

import io
from typing import Any

import numpy as np

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.stack import Stack, check_count, check_shape, reading

KIND = "DICOM"
DEFLATED = b"1.2.840.10008.1.2.1.99"
LARGEST_RLE_FRAME = 4_000_000
"""Bytes; run lengths unpack to at most 64 times as much."""


def recognises(content: bytes) -> bool:
    """Whether the mark of a DICOM file follows its preamble."""
    return content[128:132] == b"DICM"


def open_stack(content: bytes) -> Stack:
    """Look at the size and the number of the frames."""
    with reading(KIND):
        dataset = _dataset(content)
        if "Rows" not in dataset or "Columns" not in dataset or not _has_pixels(dataset):
            raise InputError("The DICOM file holds no image, or is cut short.")
        frames = int(dataset.get("NumberOfFrames") or 1)
        rows, columns = int(dataset.Rows), int(dataset.Columns)
        check_shape((frames, rows, columns))
        check_count(frames * rows * columns * int(dataset.get("SamplesPerPixel", 1)))
        _check_compression(dataset)

    def read(index: int) -> AnyArray:
        with reading(KIND):
            return _frame(_dataset(content), index, frames)

    return Stack(kind=KIND, slices=frames, rows=rows, columns=columns, read=read)


def _dataset(content: bytes) -> Any:
    # The data would be unpacked whole and without a bound before anything of them is known.
    if DEFLATED in content:
        raise InputError("The DICOM file is deflated as a whole; save it without compression.")
    # Only here: pydicom is needed by those who open such a file.
    import pydicom

    return pydicom.dcmread(io.BytesIO(content))


def _has_pixels(dataset: Any) -> bool:
    return any(name in dataset for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"))


def _check_compression(dataset: Any) -> None:
    from pydicom.pixels import get_decoder
    from pydicom.uid import JPEGExtended12Bit

    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        readable = get_decoder(syntax).is_available
    except NotImplementedError:
        readable = False
    if syntax == JPEGExtended12Bit and dataset.BitsStored != 8:
        readable = False  # Pillow's JPEG has 8 bits
    if not readable:
        raise InputError(
            f"The DICOM file is compressed as {syntax.name}, which cannot be read here; "
            "save it without compression."
        )


def _frame(dataset: Any, index: int, frames: int) -> AnyArray:
    from pydicom.pixels import apply_color_lut, apply_rescale, pixel_array

    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        _check_packed_frame(dataset, index, frames)
    pixels = pixel_array(dataset, index=index)
    colours = dataset.get("PhotometricInterpretation", "")
    if colours == "PALETTE COLOR":
        return np.asarray(apply_color_lut(pixels, dataset))
    if pixels.ndim == 3:
        return np.asarray(pixels)
    pixels = np.asarray(apply_rescale(pixels, dataset), dtype=np.float64)
    return pixels.max() - pixels if colours == "MONOCHROME1" else pixels


def _check_packed_frame(dataset: Any, index: int, frames: int) -> None:
    """Hold the compressed frame's own size against what the file says, before unpacking it."""
    from PIL import Image
    from pydicom.encaps import get_frame
    from pydicom.uid import RLELossless

    packed = get_frame(dataset.PixelData, index, number_of_frames=frames)
    if dataset.file_meta.TransferSyntaxUID == RLELossless:
        if len(packed) > LARGEST_RLE_FRAME:
            raise InputError(
                f"The DICOM file's frame has {len(packed) / 1e6:.1f} MB of run lengths; "
                f"up to {LARGEST_RLE_FRAME / 1e6:.0f} MB are unpacked."
            )
    else:
        with Image.open(io.BytesIO(packed), formats=("JPEG", "JPEG2000")) as image:
            if image.size != (dataset.Columns, dataset.Rows):
                raise ValueError("the compressed frame has another size than the file says")

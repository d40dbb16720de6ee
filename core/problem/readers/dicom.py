"""DICOM: the frames of one file are its slices."""

import io
import re
from typing import Any, BinaryIO

import numpy as np

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.dicom_values import grey_values
from core.problem.readers.source import Source
from core.problem.readers.stack import Stack, check_count, check_shape, reading

KIND = "DICOM"
DEFLATED = b"1.2.840.10008.1.2.1.99"
PIXEL_TAGS = (b"\xe0\x7f\x10\x00", b"\xe0\x7f\x08\x00", b"\xe0\x7f\x09\x00")
"""Pixel Data, Float Pixel Data and Double Float Pixel Data, little-endian."""
UNDEFINED_LENGTH = b"\xff\xff\xff\xff"
VALUE_REPRESENTATIONS = (b"OB", b"OW", b"OF", b"OD")
LARGEST_RLE_FRAME = 4_000_000
"""Bytes; run lengths unpack to at most 64 times as much."""
_DATA_SET_ALONE = re.compile(
    rb"\x02\x00\x00\x00UL\x04\x00"  # file meta information without the preamble
    rb"|\x08\x00[\x00-\x18]\x00(?:CS|UI|UL|SH|LO|DA|TM|DT|ST)"  # explicit value representation
    rb"|\x08\x00[\x00-\x18]\x00[\x00-\x7e]\x00\x00\x00"  # implicit
    rb"|\x00\x08\x00[\x00-\x18](?:CS|UI|UL|SH|LO|DA|TM|DT|ST)",  # explicit, big-endian
    re.DOTALL,
)


class NoImageError(InputError):
    """A DICOM file that is a report, a plan or the like."""


def recognises(start: bytes) -> bool:
    """Whether the mark of a DICOM file follows its preamble, or a data set starts without one."""
    return start[128:132] == b"DICM" or _DATA_SET_ALONE.match(start) is not None


def open_stack(source: Source) -> Stack:
    """Look at the size and the number of the frames."""
    with reading(KIND), source.open() as stream:
        dataset, has_pixels = headers(source, stream)
        if "Rows" not in dataset and not has_pixels:
            raise NoImageError("The DICOM file holds no image, or is cut short.")
        if "Rows" not in dataset or "Columns" not in dataset or not has_pixels:
            raise InputError("The DICOM file holds no image, or is cut short.")
        frames = int(dataset.get("NumberOfFrames") or 1)
        rows, columns = int(dataset.Rows), int(dataset.Columns)
        check_shape((frames, rows, columns))
        check_count(rows * columns * int(dataset.get("SamplesPerPixel") or 1))
        _check_compression(dataset)

    def read(index: int) -> AnyArray:
        with reading(KIND), source.open() as stream:
            return _frame(source, stream, index, frames)

    return Stack(kind=KIND, slices=frames, rows=rows, columns=columns, read=read)


def headers(source: Source, stream: BinaryIO) -> tuple[Any, bool]:
    """Return all that stands before the pixels, and whether there are any.

    The stream then stands where they begin.
    """
    # The data would be unpacked whole and without a bound before anything of them is known.
    if DEFLATED in source.start:
        raise InputError("The DICOM file is deflated as a whole; save it without compression.")
    # Only here: pydicom is needed by those who open such a file.
    import pydicom
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    dataset = pydicom.dcmread(stream, stop_before_pixels=True, force=True)
    implicit, little = dataset.original_encoding
    place = stream.tell()
    element = stream.read(12)
    stream.seek(place)
    if not dataset.file_meta.get("TransferSyntaxUID"):
        if UNDEFINED_LENGTH in (element[4:8], element[8:12]):
            raise InputError(
                "The DICOM file does not say how its pixels are compressed: its file meta "
                "information is missing."
            )
        explicit = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else explicit
    tag = element[:4] if little else element[1::-1] + element[3:1:-1]
    return dataset, tag in PIXEL_TAGS


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


def _frame(source: Source, stream: BinaryIO, index: int, frames: int) -> AnyArray:
    from pydicom import dcmread
    from pydicom.pixels import apply_color_lut, pixel_array

    dataset, _ = headers(source, stream)
    syntax = dataset.file_meta.TransferSyntaxUID
    # A file that is not encoded as its header says is understood by the slower way only.
    if _is_implicit(stream) == syntax.is_implicit_VR:
        if syntax.is_encapsulated:
            stream.seek(12, io.SEEK_CUR)  # tag, value representation and length
            _check_packed_frame(dataset, stream, index, frames)
        pixels = pixel_array(stream, index=index, transfer_syntax_uid=syntax)
    else:
        stream.seek(0)
        dataset = dcmread(stream, force=True)
        if syntax.is_encapsulated:
            _check_packed_frame(dataset, io.BytesIO(dataset.PixelData), index, frames)
        pixels = pixel_array(dataset, index=index)
    if dataset.get("PhotometricInterpretation", "") == "PALETTE COLOR":
        return np.asarray(apply_color_lut(pixels, dataset))
    return np.asarray(pixels) if pixels.ndim == 3 else grey_values(dataset, pixels, index)


def _is_implicit(stream: BinaryIO) -> bool:
    """Whether the pixels that begin here are without a value representation."""
    place = stream.tell()
    element = stream.read(8)
    stream.seek(place)
    return element[4:6] not in VALUE_REPRESENTATIONS


def _check_packed_frame(dataset: Any, stream: BinaryIO, index: int, frames: int) -> None:
    """Hold the compressed frame's own size against what the file says, before unpacking it."""
    from PIL import Image
    from pydicom.encaps import get_frame
    from pydicom.uid import RLELossless

    packed = get_frame(stream, index, number_of_frames=frames)
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

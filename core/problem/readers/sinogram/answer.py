"""A sinogram as the answer of the process that read it, and what is checked of the answer."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from core.array_types import Float32Array, Float64Array
from core.errors import InputError
from core.problem.readers.sinogram.raw import STACKED, RawSinogram, read_angles, read_raw
from core.problem.readers.stack import LARGEST_VALUES

LARGEST_SINOGRAM = 16_000_000
"""Values of one sinogram: 4000 views of 4000 detectors."""
_LONGEST_NAME = 200


def sinogram_answer(
    content: bytes | Path, request: Mapping[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Read a sinogram, or with "" a file of angles, as the header and the bytes of an answer."""
    if isinstance(content, Path):
        content = content.read_bytes()
    if request["sinogram"] not in STACKED:
        angles, unit = read_angles(content)
        return {"angles": len(angles), "unit": unit}, angles.tobytes()
    raw = read_raw(content, request["slice"], request["sinogram"], request["views"])
    if raw.data.size > LARGEST_SINOGRAM:
        rows, columns = raw.data.shape
        raise InputError(
            f"The sinogram has {rows}×{columns} values; up to {LARGEST_SINOGRAM // 10**6} million "
            "can be opened."
        )
    parts = [raw.data, raw.white, raw.dark, raw.angles]
    header = {
        "kind": raw.kind,
        "dataset": _printable(raw.dataset),
        "stacked": raw.stacked,
        "slices": raw.slices,
        "index": raw.index,
        "shape": raw.data.shape,
        "white": _length(raw.white),
        "dark": _length(raw.dark),
        "angles": _length(raw.angles),
        "unit": raw.unit,
    }
    return header, b"".join(part.tobytes() for part in parts if part is not None)


def checked_sinogram(answer: Mapping[str, Any], content: bytes) -> RawSinogram:
    """The sinogram of an answer that may come from a process which a file has taken over.

    Raises `ValueError`, `KeyError` or `TypeError` where it is none.
    """
    rows, columns = map(checked_count, answer["shape"])
    slices, index = checked_count(answer["slices"]), checked_count(answer["index"])
    stacked, unit = str(answer["stacked"]), str(answer["unit"])
    counts = [checked_count(answer[name]) for name in ("white", "dark", "angles")]
    expected = 4 * (rows * columns + counts[0] + counts[1]) + 8 * counts[2]
    sound = (
        0 < rows * columns <= LARGEST_SINOGRAM
        and index < slices <= LARGEST_VALUES
        and stacked in ("", *STACKED)
        and unit in ("", "degrees", "radians")
        and len(content) == expected
    )
    if not sound:
        raise ValueError("The answer is no sinogram.")
    ends = np.cumsum([4 * rows * columns, 4 * counts[0], 4 * counts[1]]).tolist()
    data, white, dark, angles = (content[a:b] for a, b in pairwise([0, *ends, None]))
    return RawSinogram(
        kind=_printable(str(answer["kind"])),
        dataset=_printable(str(answer["dataset"])),
        stacked=stacked,
        slices=slices,
        index=index,
        data=_floats(data).reshape(rows, columns),
        white=_floats(white) if white else None,
        dark=_floats(dark) if dark else None,
        angles=np.frombuffer(angles, np.float64) if angles else None,
        unit=unit,
    )


def checked_angles(answer: Mapping[str, Any], content: bytes) -> tuple[Float64Array, str]:
    """The angles of an answer, and their unit."""
    unit, count = str(answer["unit"]), checked_count(answer["angles"])
    if unit not in ("", "degrees", "radians") or len(content) != 8 * count:
        raise ValueError("The answer is no list of angles.")
    return np.frombuffer(content, np.float64), unit


def _floats(content: bytes) -> Float32Array:
    return np.frombuffer(content, np.float32)


def _length(values: Float32Array | Float64Array | None) -> int:
    return 0 if values is None else len(values)


def checked_count(value: Any) -> int:
    """A whole number of an answer that counts something; raises `ValueError` where it is none."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no count.")
    return value


def _printable(text: str) -> str:
    """A name that a file may have made as long as it likes."""
    text = text.encode(errors="replace").decode()
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 2]} …"

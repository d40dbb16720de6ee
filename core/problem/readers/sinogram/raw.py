"""The sinogram of a file, with what belongs to it: flat and dark fields, angles, and their unit."""

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from core.array_types import AnyArray, Float32Array, Float64Array
from core.errors import InputError, require_number
from core.problem.readers.sinogram.array_file import ArrayFile, Shaped, open_arrays
from core.problem.readers.stack import check_count

Stacked = Literal["auto", "sinograms", "projections"]
STACKED: tuple[Stacked, ...] = get_args(Stacked)

WHITE = ("data_white", "white", "flat", "flats", "white_field", "flat_field")
DARK = ("data_dark", "dark", "darks", "dark_field")
ANGLES = (
    "theta",
    "thetas",
    "angle",
    "angles",
    "angles_deg",
    "angles_rad",
    "rotation_angle",
    "tilt_angles",
)
DATA = ("data", "sinogram", "sino", "projections", "tomo")
KEYS = ("image_key",)
PROJECTION, FLAT, DARK_KEY = 0, 1, 2
"""What `image_key` of NXtomo says of a frame: https://manual.nexusformat.org, NXtomo."""
MOST_ANGLES = 100_000


@dataclass(frozen=True, kw_only=True, eq=False)
class RawSinogram:
    """One sinogram as a file holds it; which axis counts views is not known yet.

    kind, dataset : the format of the file, and the name of the array in it, "" for the only one.
    stacked : how a stack of three axes was read, "" for a plain sinogram.
    slices, index : how many sinograms there are, and which one this is, counted from 0.
    data : (rows, columns), float32.
    white, dark : (detectors,), float32, means over their frames; None where there are none.
    angles : (n,), float64, as the file has them; None where it has none.
    unit : what the file says of them: "degrees", "radians" or "".
    """

    kind: str
    dataset: str
    stacked: str
    slices: int
    index: int
    data: Float32Array = field(repr=False)
    white: Float32Array | None = field(default=None, repr=False)
    dark: Float32Array | None = field(default=None, repr=False)
    angles: Float64Array | None = field(default=None, repr=False)
    unit: str = ""


def read_raw(content: bytes, index: int | None, stacked: Stacked, views: int = 0) -> RawSinogram:
    """Read one sinogram of a file, by default the middle one; raise `InputError` if it is bad.

    A stack of three axes is read as sinograms (slice, view, detector) or as projections (view,
    slice, detector). With "auto" the axis with as many entries as there are angles counts views
    (`views` where the angles stand elsewhere); so it does in an MRC file and in `exchange/data`.
    """
    file = open_arrays(content)
    name = _data_name(file)
    array = file.arrays[name]
    angles_name = _named(file, ANGLES)
    keys_name = _named(file, KEYS)
    angles = None if angles_name is None else _vector(file, angles_name)
    keys = None if keys_name is None else _vector(file, keys_name)
    known = views or (0 if angles is None else len(angles))
    if len(_lengths(array)) == 2:
        axis, slices, chosen = None, 1, 0
        if index:
            raise InputError(f"This file has one sinogram only, number 0, and no number {index}.")
        how = ""
    else:
        how = _stacked(file, name, array, stacked, known)
        axis = 1 if how == "projections" else 0
        slices = array.shape[axis]
        chosen = slices // 2 if index is None else index
        require_number("Slice of this stack", chosen, low=0, high=slices - 1, whole=True)
    check_count(int(np.prod(array.shape, dtype=object)) // slices)
    data = _real(file.read(name, axis, chosen))
    data = data.reshape([length for length in data.shape if length != 1])
    white, dark = (_field(file, names, data, axis, chosen, array.shape) for names in (WHITE, DARK))
    if keys is not None and len(keys) == len(data):
        white = _mean(data[keys == FLAT]) if white is None else white
        dark = _mean(data[keys == DARK_KEY]) if dark is None else dark
        if angles is not None and len(angles) == len(keys):
            angles = angles[keys == PROJECTION]
        data = data[keys == PROJECTION]
    if not data.size:
        raise InputError("The file holds no projection: the sinogram is empty.")
    return RawSinogram(
        kind=file.kind,
        dataset=name,
        stacked=how,
        slices=slices,
        index=int(chosen),
        data=data,
        white=white,
        dark=dark,
        angles=angles,
        unit="" if angles_name is None else _unit(angles_name, file.arrays[angles_name].unit),
    )


def read_angles(content: bytes) -> tuple[Float64Array, str]:
    """The angles (n,) of a file that holds nothing else, or names them, and their unit or ""."""
    file = open_arrays(content)
    name = _named(file, ANGLES)
    if name is None:
        rows = [n for n, array in file.arrays.items() if _is_vector(array)]
        if len(rows) != 1:
            shapes = ", ".join(_described(array) for array in file.arrays.values()) or "nothing"
            raise InputError(
                f"The file of angles must hold one list of numbers; it holds {shapes}."
            )
        name = rows[0]
    return _vector(file, name), _unit(name, file.arrays[name].unit)


def _data_name(file: ArrayFile) -> str:
    """The array that is the sinogram: by its name, else the largest with two or three axes."""
    able = {
        name: array
        for name, array in file.arrays.items()
        if len(_lengths(array)) == 2 or (len(array.shape) == 3 and min(array.shape) > 1)
    }
    others = {name: array for name, array in able.items() if _last(name) not in WHITE + DARK}
    for wanted in DATA:
        for name in others:
            if _last(name) == wanted:
                return name
    if not others:
        names = ", ".join(
            f"{name or 'the array'} ({_described(array)})"
            for name, array in list(file.arrays.items())[:12]
        )
        raise InputError(
            "The file holds no sinogram, an array of views × detectors or a stack of such; it "
            f"holds {names or 'no numbers'}."
        )
    return max(others, key=lambda name: int(np.prod(others[name].shape, dtype=object)))


def _stacked(
    file: ArrayFile, name: str, array: Shaped, stacked: Stacked, views: int
) -> Literal["sinograms", "projections"]:
    if stacked != "auto":
        return stacked
    first, second = array.shape[:2]
    if first != second and views in (first, second):
        return "projections" if views == first else "sinograms"
    acquired = file.kind == "MRC" or name == "exchange/data" or _named(file, KEYS) is not None
    return "projections" if acquired else "sinograms"


def _field(
    file: ArrayFile,
    names: tuple[str, ...],
    data: Float32Array,
    axis: int | None,
    index: int,
    shape: tuple[int, ...],
) -> Float32Array | None:
    """A flat or dark field of one slice (detectors,); None where the file has none."""
    name = _named(file, names)
    if name is None:
        return None
    array = file.arrays[name]
    if len(array.shape) == 3 and axis is not None:
        return _mean(_real(file.read(name, axis, index)))
    values = _real(file.read(name, None, 0))
    if values.ndim == 3 and 1 in values.shape[1:]:  # frames of a single row of detectors
        values = values.reshape(len(values), -1)
    if values.ndim == 2 and axis is not None and values.shape == (shape[axis], shape[2]):
        return np.asarray(values[index])  # one row of detectors for each slice
    row = values.mean(axis=0) if values.ndim == 2 else values.reshape(-1)
    if len(row) not in data.shape:
        raise InputError(
            f"The field {name} has the shape {_described(array)}, which fits none of the "
            f"{' or '.join(map(str, data.shape))} detectors of the sinogram."
        )
    return row


def _mean(frames: Float32Array) -> Float32Array | None:
    if not len(frames):
        return None
    return np.asarray(frames.mean(axis=0, dtype=np.float64), np.float32)


def _real(values: AnyArray) -> Float32Array:
    if values.dtype.kind == "c":
        raise InputError(
            f"The sinogram holds complex values ({values.dtype}), and must be real: save its real "
            "part or its magnitude."
        )
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(values, np.float32)


def _vector(file: ArrayFile, name: str) -> Float64Array:
    array = file.arrays[name]
    if not _is_vector(array) or int(np.prod(array.shape, dtype=object)) > MOST_ANGLES:
        raise InputError(
            f"{name} must be a list of up to {MOST_ANGLES} numbers, not {_described(array)}."
        )
    return np.asarray(_real(file.read(name, None, 0)), np.float64).reshape(-1)


def _lengths(array: Shaped) -> list[int]:
    """The axes that say something: one of length 1 does not."""
    return [length for length in array.shape if length != 1]


def _is_vector(array: Shaped) -> bool:
    return bool(array.shape) and max(array.shape) == int(np.prod(array.shape, dtype=object))


def _named(file: ArrayFile, names: tuple[str, ...]) -> str | None:
    return next((name for name in file.arrays if _last(name) in names), None)


def _last(name: str) -> str:
    return name.rpartition("/")[2].lower()


def _unit(name: str, said: str) -> str:
    if said.startswith("rad") or _last(name).endswith("_rad"):
        return "radians"
    return "degrees" if said.startswith("deg") or _last(name).endswith("_deg") else ""


def _described(array: Shaped) -> str:
    return "×".join(map(str, array.shape)) or "a single number"

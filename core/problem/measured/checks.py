"""What the angles and the values of a measured sinogram must be to make an image."""

import numpy as np

from core.array_types import Float32Array, Float64Array, FloatArray
from core.errors import InputError
from core.problem.readers.sinogram.raw import RawSinogram

TURN = 2 * np.pi
FEWEST_VIEWS = 2
NARROWEST = 7.0
"""Degrees. Views of so small an arc make no image: they are radians."""
MOST_DEGREES = 720
MOST_TURNS = 12
"""More turns than this are no radians."""


def whole(angles: Float64Array) -> bool:
    """Whether they are whole numbers, as degrees may be and radians never are."""
    return bool((angles == np.rint(angles)).all())


def check_unit(angles: Float64Array, unit: str) -> None:
    """Raise `InputError` where angles in this unit could not make an image."""
    span = float(np.ptp(angles))
    if unit == "degrees" and len(angles) > FEWEST_VIEWS and span < NARROWEST:
        raise InputError(
            f"In degrees the {len(angles)} views would cover {span:.3g}° only: these are radians, "
            "or the views are too close together for an image."
        )
    if unit == "radians" and span > MOST_TURNS * TURN:
        raise InputError(
            f"In radians the angles from {angles.min():g} to {angles.max():g} would be "
            f"{span / TURN:.0f} turns: these are degrees."
        )


def turned(angles: FloatArray, about: str) -> tuple[Float64Array, str]:
    """Angles (views,) in degrees within two turns, which is what a list of views may hold.

    With them `about`, a few words on the angles, and where some lay beyond that it says so.
    """
    beyond = np.abs(angles) > MOST_DEGREES
    if beyond.any():
        furthest = angles[np.argmax(np.abs(angles))]
        about += (
            f"; {beyond.sum()} of them beyond {MOST_DEGREES}° (as far as {furthest:.6g}°) count "
            "modulo 360°"
        )
    return np.where(beyond, angles % 360, angles).astype(np.float64), about


def check_values(data: Float32Array, raw: RawSinogram) -> None:
    """Raise `InputError` where a sinogram (views, detectors) has values that make no image."""
    views = len(data)
    if views < FEWEST_VIEWS:
        raise InputError(f"The sinogram has {views} view; at least {FEWEST_VIEWS} are needed.")
    bad = ~np.isfinite(data).all(axis=1)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise InputError(
            f"{bad.sum()} of {views} views hold values that are not numbers (NaN or infinite); "
            f"the first is view {first + 1}. Leave such views out of the file, with their angles."
        )
    if raw.white is None and data.min() == data.max():
        raise InputError(f"The sinogram is constant: every value is {data.flat[0]:g}.")

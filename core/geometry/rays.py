"""Where rays run and where a point of the image is seen, for every scanner.

Coordinates and directions are those of `core.geometry.beams.base`.
"""

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.geometry.beams import Beam


def pixel_position(size: int, row: float, column: float) -> tuple[float, float]:
    """Position (x, y) of the centre of a pixel, row 0 at the top."""
    middle = (size - 1) / 2
    return column - middle, middle - row


def detector_index(beam: Beam, x: float, y: float) -> Float64Array:
    """Where the ray through (x, y) meets the detectors in each view: (views,), in detectors.

    0 is the centre of the first one.
    """
    maps = beam.projection_matrices()
    above, below = (maps @ np.array([x, y, 1.0])).T
    index = above / below
    if beam.bend:
        index = np.arctan(index) / beam.bend + beam.detectors / 2
    return np.asarray(index - 0.5)


def detector_position(beam: Beam, x: float, y: float) -> Float64Array:
    """Where the ray through (x, y) meets the detectors in each view: (views,), in pixels.

    Parallel beam: s = x cos θ + y sin θ, a sinusoid in θ. Flat fan: the same, magnified by
    (source to detector) / (source to the point's depth).
    """
    return (detector_index(beam, x, y) - (beam.detectors - 1) / 2) * beam.detector_width


def ray(beam: Beam, across: FloatArray, along: FloatArray) -> Float64Array:
    """Points on rays: (views, rays, 2), in the last axis x and y.

    `across` (rays,) are positions on the detectors, `along` (rays,) how far the point lies from
    the axis towards the detectors.
    """
    cos, sin = np.cos(beam.angles_rad)[:, None], np.sin(beam.angles_rad)[:, None]
    here = beam.across(across, along)
    return np.stack([here * cos - along * sin, here * sin + along * cos], axis=-1)

"""What can be said of an image whose truth is unknown: the data are all there is to judge by."""

import math
from typing import Any

import numpy as np

from core.array_types import Image, Sinogram
from core.methods.support.parameter_selection import estimated_deviation
from core.problem.measured import MeasuredScan
from core.problem.measurement import Measurement
from core.problem.preparation.consistency import moments

OBJECT = 0.1
"""Detectors that see at least this share of what the brightest see have the object before them."""


def discrepancy(measurement: Measurement, left: Sinogram) -> float:
    """‖Gm̂ − d‖ / ‖n‖ from the residual (views, detectors); NaN where no noise can be estimated.

    About 1 for an image that explains the data and not their noise: less has fitted noise. Taken
    where the object is: beside it a microscope has far less noise, and an estimate would be of
    that.
    """
    inside, deviation = noise_inside(measurement.data)
    part = left[:, inside].astype(np.float64)
    return float(np.sqrt(np.mean(part**2))) / deviation if deviation > 0 else math.nan


def noise_inside(data: Sinogram) -> tuple[slice, float]:
    """The detectors that have the object before them, and the deviation of the noise there.

    All detectors where none sees an object: negative data have no mass.
    """
    means = data.mean(axis=0)
    highest = float(means.max())
    seen = np.flatnonzero(means >= OBJECT * highest) if highest > 0 else np.arange(len(means))
    inside = slice(int(seen[0]), int(seen[-1]) + 1)
    return inside, estimated_deviation(data[:, inside])


def judgement(source: MeasuredScan, measurement: Measurement, image: Image) -> dict[str, Any]:
    """Discrepancy, consistency of the sinogram, and its scale, as JSON values."""
    left = measurement.operator.project(image) - measurement.data
    found = discrepancy(measurement, left)
    prepared = source.prepared
    return {
        "discrepancy": found if math.isfinite(found) else None,
        "scale": prepared.scale,
        "consistency": [m.mismatch for m in moments(prepared.data, prepared.angles_deg)]
        if prepared.parallel
        else None,
    }

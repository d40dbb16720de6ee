"""An image and its filtered back-projection, for the tests of FBP."""

import numpy as np

from core.methods.fbp import FBP
from core.methods.support.reconstruction import reconstruct
from core.problem.measurement import SimulatedMeasurement
from core.projection.projector import make_projector

SIZE = 96
PARALLEL = {"detectors": 140, "detector_width": 1.0}


def truth():
    """A smooth disc of height 1 off the centre, so that a wrong turn or flip shows."""
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    radius = np.hypot(x - 9, y + 5)
    return (1 / (1 + np.exp((radius - 24) / 1.5))).astype(np.float32)


def solve(beam, projector="strip", **parameters):
    operator = make_projector(SIZE, beam, projector)
    data = operator.project(truth())
    measured = SimulatedMeasurement(operator=operator, data=data, clean=data, truth=truth())
    return reconstruct(FBP(**parameters), measured)


def inside(image):
    return image[truth() > 0.99].mean()

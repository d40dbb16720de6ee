"""A small measurement for the solvers, where a solver ends on it, and what its objective is."""

import numpy as np

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.problem.measurement import SimulatedMeasurement
from core.projection.projector import make_projector

SIZE = 32
BEAM = ParallelBeam(views=EvenViews(angles=12), detectors=24)


def relative(image, expected):
    return np.linalg.norm(image - expected) / np.linalg.norm(expected)


def measured(beam=BEAM):
    """A disc with a darker band, 32 pixels across, and 2 % of noise in its data."""
    operator = make_projector(SIZE, beam)
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    truth = ((x**2 + y**2 < 0.7) * (1 - 0.5 * (np.abs(x) < 0.3))).astype(np.float32)
    clean = operator.project(truth)
    noise = 0.02 * clean.mean() * np.random.default_rng(0).standard_normal(clean.shape)
    data = (clean + noise).astype(np.float32)
    return SimulatedMeasurement(operator=operator, data=data, clean=clean, truth=truth)


def last(method, measurement):
    for step in method.iterate(measurement.operator, measurement.data):
        found = step
    return found.image


def objective(method, measurement, image):
    residual = measurement.operator.project(image) - measurement.data
    return sum(method.objective(measurement.operator, measurement.data, image, residual))


def empty():
    return np.zeros(SIZE**2, np.float32)

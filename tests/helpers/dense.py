"""A scan so small that every method can be checked against dense linear algebra in float64."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pylops

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.base import Method
from core.problem.measurement import SimulatedMeasurement
from core.projection.projector import Projector, make_projector

SIZE = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Dense:
    operator: Projector
    G: np.ndarray  # (rays, pixels)
    image: np.ndarray  # (pixels,)
    clean: np.ndarray  # (rays,)
    noisy: np.ndarray  # (rays,)

    @property
    def data(self) -> np.ndarray:
        return self.sinogram(self.noisy)

    @property
    def measurement(self) -> SimulatedMeasurement:
        truth = self.image.reshape(SIZE, SIZE).astype(np.float32)
        clean = self.sinogram(self.clean)
        return SimulatedMeasurement(
            operator=self.operator, data=self.data, clean=clean, truth=truth
        )

    def sinogram(self, rays: np.ndarray) -> np.ndarray:
        return rays.reshape(self.operator.dimsd).astype(np.float32)


@cache
def small_problem(angles: int = 40, detectors: int = 20, width: float = 0.9) -> Dense:
    beam = ParallelBeam(views=EvenViews(angles=angles), detectors=detectors, detector_width=width)
    operator = make_projector(SIZE, beam)
    G = operator.matrix().toarray().astype(np.float64)
    random = np.random.default_rng(7)
    row, column = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    image = np.where(row**2 + column**2 < 25, 0.5 + 0.5 * random.random((SIZE, SIZE)), 0).ravel()
    clean = G @ image
    noise = 0.02 * clean.mean() * random.standard_normal(clean.shape)
    return Dense(operator=operator, G=G, image=image, clean=clean, noisy=clean + noise)


def iterates(method: Method, problem: Dense, data: np.ndarray) -> list[np.ndarray]:
    steps = method.iterate(problem.operator, problem.sinogram(data))
    return [step.image.astype(np.float64).ravel() for step in steps]


def dense(operator: pylops.LinearOperator) -> np.ndarray:
    return np.asarray(operator.todense(), np.float64)


def relative(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def krylov_minimiser(A: np.ndarray, b: np.ndarray, dimension: int) -> np.ndarray:
    """argmin ‖b − Ax‖ over span{(AᵀA)ʲAᵀb, j < dimension}, by an orthonormal basis."""
    basis = np.zeros((A.shape[1], 0))
    vector = A.T @ b
    for _ in range(dimension):
        for _ in range(2):  # orthogonalise twice, to be exact
            vector = vector - basis @ (basis.T @ vector)
        basis = np.column_stack([basis, vector / np.linalg.norm(vector)])
        vector = A.T @ (A @ basis[:, -1])
    return basis @ np.linalg.lstsq(A @ basis, b)[0]

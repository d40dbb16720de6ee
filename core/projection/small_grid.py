"""The scanner around a grid so small that G is a matrix to look at and to take apart.

    G = U diag(σ) Vᵀ,   m = m_∥ + m_0,   m_∥ = V_r V_rᵀ m,   G m_0 = 0

The right singular vectors with σ > 0 span what the scanner measures; the rest is its null space:
whatever lies there changes no datum.

Source: P. C. Hansen, Discrete Inverse Problems: Insight and Algorithms, SIAM, 2010,
DOI 10.1137/1.9780898718836.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.geometry.beams import WIDTH_RANGE, Beam
from core.projection.projector import make_projector

ZERO = 1e-6
"""Singular values below this share of the largest count as zero: G's entries are float32."""


def shrink(beam: Beam, size: int, small: int, angles: int) -> Beam:
    """The same scanner, with `angles` views, around a grid of `small` instead of `size` pixels.

    Every length shrinks alike, and one detector is made about as wide as a small pixel appears
    on it.
    """
    scale = small / size
    beam = beam.scaled(scale).with_angles(angles)
    magnified = beam.magnification
    narrowest, widest = WIDTH_RANGE
    # More than four times the image would only add rows of zeros.
    row = min(beam.detectors * beam.detector_width * scale, 4 * small * magnified)
    detectors = max(round(row / magnified), math.ceil(row / widest), 1)
    width = max(row / detectors, narrowest)
    return replace(beam, detectors=detectors, detector_width=width)


@dataclass(frozen=True, kw_only=True, eq=False)
class SmallScanner:
    """The matrix G (rays, pixels) of a small scanner, float64, and its singular values."""

    size: int
    beam: Beam
    matrix: Float64Array

    @cached_property
    def _decomposition(self) -> tuple[Float64Array, Float64Array]:
        """Singular values (min(rays, pixels),) and right singular vectors, one a row."""
        _, values, vectors = np.linalg.svd(self.matrix, full_matrices=False)
        return values, vectors

    @property
    def singular_values(self) -> Float64Array:
        """The singular values (min(rays, pixels),), largest first."""
        return self._decomposition[0]

    @property
    def rank(self) -> int:
        """How many singular values are above `ZERO` times the largest."""
        values = self.singular_values
        return int(np.count_nonzero(values > ZERO * values[0]))

    @property
    def condition(self) -> float:
        """Largest over smallest singular value that is not zero."""
        return float(self.singular_values[0] / self.singular_values[self.rank - 1])

    def measured_part(self, image: FloatArray, noise: float = ZERO) -> Float64Array:
        """The part m_∥ (size, size) of an image that the data depend on.

        noise : patterns whose singular value is not above this share of the largest do not count:
            in data with such an error they are lost.
        """
        values, vectors = self._decomposition
        seen = vectors[: int(np.count_nonzero(values > max(noise, ZERO) * values[0]))]
        part: Float64Array = seen.T @ (seen @ image.ravel().astype(np.float64))
        return part.reshape(image.shape)

    def image_coefficients(self, image: FloatArray) -> Float64Array:
        """The coefficients v_iᵀ m (rank,) of an image (size, size)."""
        coefficients: Float64Array = self._decomposition[1][: self.rank] @ image.ravel()
        return coefficients

    def data_coefficients(self, data: FloatArray) -> Float64Array:
        """The coefficients u_iᵀ d (rank,) of data (angles, detectors), u_i = G v_i / σ_i."""
        values, vectors = self._decomposition
        back: Float64Array = vectors[: self.rank] @ (self.matrix.T @ data.ravel())
        return back / values[: self.rank]

    def image_of(self, coefficients: FloatArray) -> Float64Array:
        """The image (size, size) with these coefficients (rank,), and without an unseen part."""
        image: Float64Array = coefficients @ self._decomposition[1][: self.rank]
        return image.reshape(self.size, self.size)

    def project(self, image: FloatArray) -> Float64Array:
        """The sinogram G m (angles, detectors)."""
        data: Float64Array = self.matrix @ image.ravel().astype(np.float64)
        return data.reshape(self.beam.view_count, self.beam.detectors)


def small_scanner(size: int, beam: Beam, kernel: str) -> SmallScanner:
    """Make the dense matrix of a scanner around a grid of `size` × `size` pixels."""
    matrix = make_projector(size, beam, kernel).matrix().toarray().astype(np.float64)
    return SmallScanner(size=size, beam=beam, matrix=matrix)

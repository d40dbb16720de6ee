"""Regularisation as a filter on the singular values of a small scanner, and Picard's condition.

    m̂ = Σ_i φ_i (u_iᵀd / σ_i) v_i

    truncated SVD   φ_i = 1 for i ≤ k, else 0
    Tikhonov        φ_i = σ_i² / (σ_i² + λ²)
    Landweber       φ_i = 1 − (1 − τσ_i²)^k
    CGLS            φ_i = 1 − R_k(σ_i²), R_k the residual polynomial, which depends on the data

With white noise of standard deviation s the expected error splits into what the filter takes from
the image and what it lets in of the noise (φ does not depend on the noise, CGLS excepted):

    E‖m̂ − m‖² = Σ_i (1 − φ_i)² (v_iᵀm)² + ‖m_0‖²  +  s² Σ_i (φ_i / σ_i)²

Sources: P. C. Hansen, The discrete Picard condition for discrete ill-posed problems, BIT 30 (1990)
658-672, DOI 10.1007/BF01933214; Rank-Deficient and Discrete Ill-Posed Problems, SIAM, 1998,
DOI 10.1137/1.9780898719697; Discrete Inverse Problems, SIAM, 2010, DOI 10.1137/1.9780898718836.
"""

from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array, FloatArray
from core.projection.small_grid import SmallScanner


@dataclass(frozen=True, kw_only=True, eq=False)
class Coefficients:
    """Image and data in the singular vectors of a scanner; all arrays are (rank,).

    `values` are σ_i, `image` v_iᵀm, `clean` u_iᵀGm, `data` u_iᵀd. `deviation` is the noise's
    standard deviation s, and `unseen` ‖m_0‖², the part of the image that no datum holds.
    """

    values: Float64Array
    image: Float64Array
    clean: Float64Array
    data: Float64Array
    deviation: float
    unseen: float

    @property
    def best_terms(self) -> int:
        """The number of terms of the truncated SVD with the least expected error."""
        gain = np.square(self.image) - np.square(self.deviation / self.values)
        return int(np.argmax(np.concatenate([[0.0], np.cumsum(gain)])))

    def solution(self, filter: Float64Array) -> Float64Array:
        """The coefficients (rank,) of the image m̂ with the filter factors `filter` (rank,)."""
        return np.asarray(filter * self.data / self.values)

    def error(self, filter: Float64Array) -> float:
        """‖m̂ − m‖² for these data."""
        return float(np.sum(np.square(self.solution(filter) - self.image))) + self.unseen

    def bias(self, filter: Float64Array) -> float:
        """‖E m̂ − m‖²: what the filter, and the null space, take from the image."""
        return float(np.sum(np.square((1 - filter) * self.image))) + self.unseen

    def variance(self, filter: Float64Array) -> float:
        """E‖m̂ − E m̂‖²: what the filter lets in of the noise."""
        return float(np.sum(np.square(self.deviation * filter / self.values)))


def coefficients(
    scanner: SmallScanner, image: FloatArray, level: float, seed: int = 1
) -> Coefficients:
    """Simulate d = Gm + n with white noise of `level` times the mean of |Gm|, and take it apart."""
    clean = scanner.project(image)
    deviation = level * float(np.mean(np.abs(clean)))
    random = np.random.Generator(np.random.PCG64(seed))
    data = clean + deviation * random.standard_normal(clean.shape)
    seen = scanner.image_coefficients(image)
    return Coefficients(
        values=scanner.singular_values[: scanner.rank],
        image=seen,
        clean=scanner.data_coefficients(clean),
        data=scanner.data_coefficients(data),
        deviation=deviation,
        unseen=float(np.sum(np.square(image, dtype=np.float64)) - np.sum(np.square(seen))),
    )


def truncated(values: Float64Array, terms: int) -> Float64Array:
    """Filter factors (rank,) of the truncated SVD: the first `terms` are kept."""
    return (np.arange(len(values)) < terms).astype(np.float64)


def tikhonov(values: Float64Array, penalty: float) -> Float64Array:
    """Filter factors (rank,) of min ‖Gm − d‖² + λ²‖m‖², λ being `penalty`."""
    squares = np.square(values)
    return np.asarray(squares / (squares + penalty**2))


def landweber(values: Float64Array, iterations: int) -> Float64Array:
    """Filter factors (rank,) of Landweber's iteration from zero, with the step τ = 1/σ₁²."""
    return np.asarray(1 - (1 - np.square(values / values[0])) ** iterations)


def cgls(values: Float64Array, data: Float64Array, iterations: int) -> Float64Array:
    """Filter factors (iterations, rank) of CGLS from zero after 1, 2, … iterations.

    data : u_iᵀd (rank,). The recurrences of conjugate gradients run on their polynomials, so that
        nothing is divided by a small coefficient. They stop changing once the data are explained.
    """
    squares = np.square(values)
    residual, direction = np.ones_like(values), np.ones_like(values)
    gradient = float(np.sum(np.square(values * residual * data)))
    smallest = np.finfo(np.float64).eps ** 2 * gradient
    factors = np.empty((iterations, len(values)))
    for row in factors:
        if gradient > smallest:
            step = gradient / float(np.sum(np.square(squares * direction * data)))
            residual = residual - step * squares * direction
            before, gradient = gradient, float(np.sum(np.square(values * residual * data)))
            direction = residual + gradient / before * direction
        row[:] = 1 - residual
    return factors

"""The prox of the data for a batch of images, as samplers need it.

    prox_ρ(v, d) = argmin_x ‖Gx − d‖²/s² + ‖x − v‖²/ρ²
                 = v − τGᵀw,    (I + τGGᵀ) w = Gv − d,    τ = ρ²/s²

s is the standard deviation of the noise, ρ that of x about v. With d + s·e₁ and v + ρ·e₂ for d and
v, e₁ and e₂ white noise of variance 1, it is an exact draw from the Gaussian N(v, ρ²I) given d
(Papandreou and Yuille). w is found among the data by a fixed number of preconditioned conjugate
gradients, as `data_fidelity` does for one image.

Sources: M. R. Hestenes and E. Stiefel, J. Res. Natl. Bur. Stand. 49 (1952) 409-436,
DOI 10.6028/jres.049.044; G. Papandreou and A. Yuille, Gaussian sampling by local perturbations,
NIPS 2010.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import fft

from core.array_types import Float32Array, Image, Sinogram
from core.methods.support.data_fidelity import LARGEST, ray_response
from core.projection.projector import Projector

ITERATIONS = 12
"""Enough for samples that are the same to 0.05 dB (measured at 128², 16 views, 1 % noise)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DataProx:
    """prox_ρ for data (angles, detectors) with white noise of standard deviation `deviation`."""

    operator: Projector
    data: Sinogram
    deviation: float

    def __call__(self, points: Image, rho: float, data: Sinogram | None = None) -> Float32Array:
        """prox_ρ of points (count, size, size); `data` (count, angles, detectors) for d if given.

        τ is bounded by what float32 resolves in I + τGGᵀ.
        """
        operator = self.operator
        tau = min((rho / self.deviation) ** 2, LARGEST / operator.norm_squared)
        step: Any = np.float32(tau)
        weights, response = ray_response(operator)
        gain = (1 / (np.mean(np.square(weights)) + tau * response)).astype(np.float32)

        def precondition(residual: Float32Array) -> Float32Array:
            spectrum = fft.rfft(weights * residual, axis=-1)
            filtered = fft.irfft(gain * spectrum, n=operator.dimsd[1], axis=-1)
            result: Float32Array = weights * filtered
            return result

        residual = operator.project(points) - (self.data if data is None else data)
        back = np.zeros(points.shape, np.float32)
        sharp = precondition(residual)
        direction, power = sharp, _dots(residual, sharp)
        for _ in range(ITERATIONS):
            if not power.any():
                break
            behind = operator.back_project(direction)
            image_of = direction + step * operator.project(behind)
            length = _share(power, _dots(direction, image_of))
            back += length * behind
            residual = residual - length * image_of
            sharp = precondition(residual)
            before, power = power, _dots(residual, sharp)
            direction = sharp + _share(power, before) * direction
        result: Float32Array = points - step * back
        return result


def _dots(a: Float32Array, b: Float32Array) -> Float32Array:
    """The inner product of each pair of a batch (count, 1, 1)."""
    dots: Float32Array = np.einsum("cij,cij->c", a, b)[:, None, None]
    return dots


def _share(a: Float32Array, b: Float32Array) -> Float32Array:
    """a/b, and 0 where a solve of the batch has ended."""
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0)

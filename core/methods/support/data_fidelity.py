"""The data fidelity as PyProximal sees a function: its value, its gradient, its prox.

    f(m) = ½‖S(Gm − d)‖²,    ∇f(m) = GᵀSᵀS(Gm − d),
    prox_{τf}(v) = v − τGᵀSᵀw,    (I + τSGGᵀSᵀ) w = S(Gv − d)

S filters every view along the detectors, as FBP does; without it S = I.

The prox is solved for w among the data, where there are few unknowns and GGᵀ is well
conditioned once each detector row is sharpened by the inverse of its own frequency response:
then four conjugate-gradient steps do what twenty do among the pixels.

Source: M. R. Hestenes and E. Stiefel, J. Res. Natl. Bur. Stand. 49 (1952) 409-436,
DOI 10.6028/jres.049.044; the identity is Woodbury's.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from pyproximal import ProxOperator
from scipy import fft

from core.array_types import Float32Array, Sinogram, Vector
from core.projection.projector import Projector
from core.storage.lru_cache import once_per

PROBES = 2
SMALLEST, UNWEIGHTED, LARGEST = 1.0, 1e2, 1e6
"""τ‖G‖²: below 1 a step is shorter than a gradient step; without a weight; and the most that
float32 resolves in I + τGGᵀ."""
SEEN = 0.05
"""Rays through less than this fraction of the longest one's length count as if they had it."""


class DataFidelity(ProxOperator):
    """½‖S(Gm − d)‖² on flat images; each prox starts from where the last one ended.

    `gain` (frequencies,) is the response of S, and `norm_squared` a bound on ‖SG‖²; without a
    gain S = I, and the bound is the operator's.

    PyProximal's `L2` solves its prox with SciPy's LSQR on the normal equations among the
    pixels, which takes about ten times as many projections to the same accuracy.
    """

    def __init__(
        self,
        operator: Projector,
        data: Sinogram,
        iterations: int = 4,
        *,
        gain: Float32Array | None = None,
        norm_squared: float | None = None,
    ) -> None:
        super().__init__(None, True)
        self.operator = operator
        self.data = data
        self.iterations = iterations
        self.gain = gain
        self.norm_squared = operator.norm_squared if norm_squared is None else norm_squared
        self._dual = np.zeros(operator.dimsd, np.float32)
        self._back = np.zeros(operator.dims, np.float32)  # Gᵀ of the dual
        self._residual = 0.0

    def __call__(self, x: Vector) -> float:
        """The value at x."""
        return self.of_residual(self._residual_at(x))

    def of_residual(self, residual: Sinogram) -> float:
        """The value where Gm − d is `residual` (angles, detectors)."""
        return 0.5 * float(np.square(self._sharpen(residual), dtype=np.float64).sum())

    def grad(self, x: Vector) -> Vector:
        """The gradient at x."""
        residual = self._residual_at(x)
        if self.gain is not None:
            residual = filtered(residual, self.gain**2)
        return self.operator.back_project(residual).ravel()

    def prox(self, x: Vector, tau: float) -> Vector:
        """The prox of τf at x, by preconditioned conjugate gradients on its dual."""
        precondition = sharpening(self.operator, tau, self.gain)
        step: Any = np.float32(tau)
        point = x.reshape(self.operator.dims)
        start = self._sharpen(self._residual_at(point))
        residual = start
        if self._dual.any():
            residual = self._sharpen(self._residual_at(point - step * self._back)) - self._dual
        sharp = precondition(residual)
        direction, power = sharp, float(np.vdot(residual, sharp))
        for _ in range(self.iterations):
            if power <= 0:
                break
            back = self.operator.back_project(self._sharpen(direction))
            image_of = direction + step * self._sharpen(self.operator.project(back))
            length: Any = np.float32(power / float(np.vdot(direction, image_of)))
            self._dual = self._dual + length * direction
            self._back = self._back + length * back
            residual = residual - length * image_of
            sharp = precondition(residual)
            power, before = float(np.vdot(residual, sharp)), power
            turn: Any = np.float32(power / before)
            direction = sharp + turn * direction
        whole = float(np.vdot(start, precondition(start)))
        self._residual = float(np.sqrt(max(power, 0.0) / whole)) if whole > 0 else 0.0
        result: Float32Array = point - step * self._back
        return result.ravel()

    def report(self) -> Mapping[str, float]:
        """The residual that the last prox left, over that of a cold start."""
        return {"data_residual": self._residual}

    def _residual_at(self, x: Vector) -> Sinogram:
        return self.operator.project(x.reshape(self.operator.dims)) - self.data

    def _sharpen(self, sinogram: Sinogram) -> Sinogram:
        return sinogram if self.gain is None else filtered(sinogram, self.gain)


def filtered(sinogram: Sinogram, gain: Float32Array) -> Sinogram:
    """Every row of a sinogram times `gain` (frequencies,) in its Fourier transform."""
    result: Float32Array = fft.irfft(gain * fft.rfft(sinogram), n=sinogram.shape[-1])
    return result


def sharpening(
    operator: Projector, tau: float, sharper: Float32Array | None = None
) -> Callable[[Float32Array], Float32Array]:
    """A preconditioner of I + τSGGᵀSᵀ: a filter along the detectors between two row weights.

    `sharper` is the response of S (frequencies,).
    """
    weights, response = ray_response(operator)
    if sharper is not None:
        response = response * sharper**2
    gain = (1 / (np.mean(np.square(weights)) + tau * response)).astype(np.float32)
    detectors = operator.dimsd[-1]

    def sharpen(residual: Sinogram) -> Sinogram:
        spectrum = fft.rfft(weights * residual)
        filtered: Float32Array = fft.irfft(gain * spectrum, n=detectors)
        return weights * filtered

    return sharpen


@once_per
def ray_response(operator: Projector) -> tuple[Float32Array, Float32Array]:
    """Row weights (angles, detectors) and the response (frequencies,) of the weighted GGᵀ.

    The weights are 1/√(length of the ray). The response at a detector frequency is the mean
    over the views of what GGᵀ does to it, measured on projections of random images, so that it
    knows this beam's views and their overlap. Cached as long as the operator exists.
    """
    lengths = operator.rows_sum
    weights = 1 / np.sqrt(np.maximum(lengths, SEEN * lengths.max()))
    random = np.random.default_rng(0)
    across, power = 0.0, 0.0
    rows = tuple(range(len(operator.dimsd) - 1))
    for _ in range(PROBES):
        image = random.standard_normal(operator.dims, np.float32)
        probe = weights * operator.project(image)
        answer = weights * operator.project(operator.back_project(weights * probe))
        before, after = fft.rfft(probe), fft.rfft(answer)
        across = across + np.sum((after * before.conj()).real, axis=rows)
        power = power + np.sum(np.abs(before) ** 2, axis=rows)
    response = across / power
    # A frequency that no view shows still needs a finite inverse.
    floor = SEEN * float(np.median(response))
    return weights.astype(np.float32), np.maximum(response, floor).astype(np.float32)


def balanced_tau(operator: Projector, data: Sinogram, weight: float) -> float:
    """A τ that gives the misfit and a prior of this weight equal influence on each step.

    The prior's threshold, τ × weight, is then a third of the mean of the image, estimated
    from the data. Where no weight sets the scale, as with a constraint, τ = 100/‖G‖².
    """
    mean = abs(float(np.mean(data))) / max(float(np.mean(operator.rows_sum)), 1e-30)
    if weight == 0 or mean == 0:
        return UNWEIGHTED / operator.norm_squared
    low, high = SMALLEST / operator.norm_squared, LARGEST / operator.norm_squared
    return min(max(mean / (3 * weight), low), high)

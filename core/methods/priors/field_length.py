"""h(z) = σ Σ h_δ(|z|) for the gradient field z of an image: the simple half of total variation.

|z| is the Euclidean length, giving the L21 norm, or |z₁| + |z₂| (+ |z₃|); h_δ is the Huber
function with corner δ, which is t itself for δ = 0.

    prox_{τh}(z) = (1 − τσ / max(|z|, δ + τσ)) z
    prox_{μh*}(y) = P_{|y| ≤ σ}(y / (1 + μδ/σ))
"""

import numba
import numpy as np
from pyproximal import ProxOperator

from core.array_types import AnyArray


class FieldLength(ProxOperator):
    """h and the prox of h and h* on flat fields (axes × pixels), in one pass each.

    With corner 0 it is PyProximal's `L21` or `L1`, at a tenth of the time, and defined for
    σ = 0 too.
    """

    def __init__(
        self, sigma: float, corner: float = 0.0, anisotropic: bool = False, axes: int = 2
    ) -> None:
        super().__init__(None, False)
        self.sigma, self.corner, self.anisotropic, self.axes = sigma, corner, anisotropic, axes

    def __call__(self, x: AnyArray) -> float:
        """The value at z."""
        parts = x.reshape(self.axes, -1)
        if self.anisotropic:
            return self.sigma * float(sum(np.sum(np.abs(part)) for part in parts))
        lengths = np.hypot(parts[0], parts[1])
        for part in parts[2:]:
            lengths = np.hypot(lengths, part)
        short = np.minimum(lengths, self.corner)
        curved = short**2 / (2 * self.corner) if self.corner > 0 else 0.0
        return self.sigma * float(np.sum(lengths - short + curved))

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """Shorten every vector by τσ, short ones in proportion."""
        number = x.dtype.type
        result = np.empty_like(x)
        threshold = self.sigma * tau
        corner = number(self.corner + threshold)
        shorten = _shorten if self.axes == 2 else _shorten_in_space
        shorten(x, number(threshold), corner, self.anisotropic, result)
        return result

    def proxdual(self, x: AnyArray, tau: float) -> AnyArray:
        """Cut every vector to length σ."""
        number = x.dtype.type
        result = np.empty_like(x)
        if self.sigma == 0:
            result.fill(0)
            return result
        shrink = number(1 / (1 + tau * self.corner / self.sigma))
        cut = _cut if self.axes == 2 else _cut_in_space
        cut(x, shrink, number(self.sigma), self.anisotropic, result)
        return result

    def stretched(self, scale: float) -> "FieldLength":
        """The function z ↦ h(z/scale)."""
        return FieldLength(self.sigma / scale, self.corner * scale, self.anisotropic, self.axes)


@numba.njit(cache=True, nogil=True)
def _shorten(
    field: AnyArray, threshold: float, corner: float, anisotropic: bool, out: AnyArray
) -> None:
    zero, one = threshold * 0, threshold * 0 + 1
    half = field.size // 2
    first, second, out_first, out_second = field[:half], field[half:], out[:half], out[half:]
    for j in range(half):
        a, b = first[j], second[j]
        if anisotropic:
            out_first[j] = a - min(max(a, -threshold), threshold)
            out_second[j] = b - min(max(b, -threshold), threshold)
        else:
            longest = max(np.sqrt(a * a + b * b), corner)
            factor = one - threshold / longest if longest > zero else one
            out_first[j] = factor * a
            out_second[j] = factor * b


@numba.njit(cache=True, nogil=True)
def _cut(field: AnyArray, shrink: float, radius: float, anisotropic: bool, out: AnyArray) -> None:
    half = field.size // 2
    first, second, out_first, out_second = field[:half], field[half:], out[:half], out[half:]
    for j in range(half):
        a, b = shrink * first[j], shrink * second[j]
        if anisotropic:
            out_first[j] = min(max(a, -radius), radius)
            out_second[j] = min(max(b, -radius), radius)
        else:
            factor = radius / max(np.sqrt(a * a + b * b), radius)
            out_first[j] = factor * a
            out_second[j] = factor * b


@numba.njit(cache=True, nogil=True)
def _shorten_in_space(
    field: AnyArray, threshold: float, corner: float, anisotropic: bool, out: AnyArray
) -> None:
    zero, one = threshold * 0, threshold * 0 + 1
    parts, shortened = field.reshape(3, -1), out.reshape(3, -1)
    for j in range(parts.shape[1]):
        a, b, c = parts[0, j], parts[1, j], parts[2, j]
        if anisotropic:
            shortened[0, j] = a - min(max(a, -threshold), threshold)
            shortened[1, j] = b - min(max(b, -threshold), threshold)
            shortened[2, j] = c - min(max(c, -threshold), threshold)
        else:
            longest = max(np.sqrt(a * a + b * b + c * c), corner)
            factor = one - threshold / longest if longest > zero else one
            shortened[0, j] = factor * a
            shortened[1, j] = factor * b
            shortened[2, j] = factor * c


@numba.njit(cache=True, nogil=True)
def _cut_in_space(
    field: AnyArray, shrink: float, radius: float, anisotropic: bool, out: AnyArray
) -> None:
    parts, within = field.reshape(3, -1), out.reshape(3, -1)
    for j in range(parts.shape[1]):
        a, b, c = shrink * parts[0, j], shrink * parts[1, j], shrink * parts[2, j]
        if anisotropic:
            within[0, j] = min(max(a, -radius), radius)
            within[1, j] = min(max(b, -radius), radius)
            within[2, j] = min(max(c, -radius), radius)
        else:
            factor = radius / max(np.sqrt(a * a + b * b + c * c), radius)
            within[0, j] = factor * a
            within[1, j] = factor * b
            within[2, j] = factor * c

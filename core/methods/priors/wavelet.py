"""The L1 norm of wavelet coefficients.

    g(m) = σ‖Wm‖₁,    prox_{τg}(v) = Wᵀ soft(Wv, τσ)    for an orthonormal W

W is PyWavelets' periodic transform. `pylops.signalprocessing.DWT2D` pads to the next power of
two; then WWᵀ ≠ I and the formula above is not the prox. Here W pads to the next multiple of
2^level only, so that the common sizes need no padding; where they do, the prox is found by
accelerated projected ascent on its dual.

Sources: I. Daubechies, Ten Lectures on Wavelets, SIAM 1992, DOI 10.1137/1.9781611970104;
D. L. Donoho, IEEE Trans. Inf. Theory 41 (1995) 613-627, DOI 10.1109/18.382009.
"""

from collections.abc import Mapping
from typing import final

import numpy as np
import pylops
import pyproximal
import pywt

from core.array_types import AnyArray
from core.methods.priors.base import InnerLoop, Nothing, Prior, Size, Split

WAVELET = "db4"
LEVELS = 4


class Wavelets(pylops.LinearOperator):
    """W: an image (size, size) to its wavelet coefficients (padded, padded); WᵀW = I.

    Where `padded` is `size`, WWᵀ = I too. With a power of two it is `pylops`' `DWT2D`.
    """

    def __init__(self, size: int, wavelet: str = WAVELET) -> None:
        self.wavelet = wavelet
        deepest = pywt.dwt_max_level(size, pywt.Wavelet(wavelet).dec_len)
        self.level = max(1, min(LEVELS, deepest))
        block = 2**self.level
        self.padded = -(-size // block) * block
        _, self._slices = self._analysis(np.zeros((self.padded, self.padded), np.float32))
        super().__init__(
            dtype=np.float32, dims=(size, size), dimsd=(self.padded, self.padded), name="W"
        )

    def _analysis(self, image: AnyArray) -> tuple[AnyArray, list[object]]:
        coefficients = pywt.wavedec2(image, self.wavelet, mode="periodization", level=self.level)
        array, slices = pywt.coeffs_to_array(coefficients)
        return array, slices

    def _matvec(self, x: AnyArray) -> AnyArray:
        more = self.padded - self.dims[0]
        return self._analysis(np.pad(x.reshape(self.dims), (0, more)))[0].ravel()

    def _rmatvec(self, x: AnyArray) -> AnyArray:
        coefficients = pywt.array_to_coeffs(
            x.reshape(self.dimsd), self._slices, output_format="wavedec2"
        )
        image: AnyArray = pywt.waverec2(coefficients, self.wavelet, mode="periodization")
        return image[: self.dims[0], : self.dims[1]].ravel()


@final
class WaveletL1(Prior):
    """σ‖Wm‖₁ with Daubechies' wavelets of four vanishing moments."""

    name = "wavelet_l1"
    position = 60
    title = "L1 norm of wavelet coefficients"
    formula = r"g(m) = \sigma \lVert W m \rVert_1"
    prox_formula = r"\mathrm{prox}_{\tau g}(v) = W^T\, \mathrm{soft}(W v, \tau\sigma)"
    effect = (
        "Few wavelets: smooth regions and edges at all scales, with ghosts of the wavelet where "
        "coefficients were cut."
    )

    def __init__(self, size: Size, sigma: float, inner: InnerLoop | None = None) -> None:
        super().__init__(size, sigma, inner)
        self.wavelets = Wavelets(self.size)
        self._dual: AnyArray | None = None
        self._report: dict[str, float] = {}

    def __call__(self, x: AnyArray) -> float:
        """The value σ‖Wx‖₁."""
        return self.sigma * float(np.sum(np.abs(self.wavelets.matvec(x.ravel()))))

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """Soft-threshold the coefficients; an inner loop where W is not square."""
        weight = tau * self.sigma
        if self.wavelets.padded > self.size and weight > 0:
            return self._inner_loop(x.ravel(), weight).reshape(x.shape)
        coefficients = self.wavelets.matvec(x.ravel())
        kept = coefficients - np.clip(coefficients, -weight, weight)
        image: AnyArray = self.wavelets.rmatvec(kept)
        return image.reshape(x.shape)

    def _inner_loop(self, noisy: AnyArray, weight: float) -> AnyArray:
        """Minimise ½‖v − γWᵀp‖² over |p| ≤ 1, γ the weight; the prox is v − γWᵀp."""
        forward, adjoint = self.wavelets.matvec, self.wavelets.rmatvec
        start = self._dual if self.inner.warm else None
        dual = np.zeros(self.wavelets.shape[0], noisy.dtype) if start is None else start
        leading, t = dual, 1.0
        for _ in range(self.inner.iterations):
            ascent = forward(noisy - weight * adjoint(leading)) / weight
            before, dual_before = t, dual
            dual, t = np.clip(leading + ascent, -1, 1), (1 + np.sqrt(1 + 4 * t * t)) / 2
            leading = dual + noisy.dtype.type((before - 1) / t) * (dual - dual_before)
        image: AnyArray = noisy - weight * adjoint(dual)
        coefficients = forward(image)
        size = float(np.sum(np.abs(coefficients)))
        value = 0.5 * float(np.vdot(image - noisy, image - noisy)) + weight * size
        gap = weight * (size - float(np.vdot(dual, coefficients)))
        self._dual = dual
        self._report = {
            "inner_iterations": float(self.inner.iterations),
            "inner_gap": max(gap, 0.0) / value if value > 0 else 0.0,
        }
        return image

    def split(self) -> Split:
        """K = W, h = σ‖·‖₁."""
        term = pyproximal.L1(sigma=self.sigma) if self.sigma > 0 else Nothing()
        return Split(operator=self.wavelets, norm_squared=1.0, term=term)

    def remark(self) -> str:
        """What was padded, where anything was."""
        if self.wavelets.padded == self.size:
            return ""
        return (
            f"{self.size} pixels do not divide by {2**self.wavelets.level}: the image is padded "
            f"with zeros to {self.wavelets.padded} for the wavelets, and the prox needs an "
            "inner loop."
        )

    def report(self) -> Mapping[str, float]:
        """The inner loop's iterations and gap, where there is one."""
        return self._report

"""A Gaussian prior of images that are alike everywhere, and its posterior in closed form.

    m ~ N(0, S),    S = F* diag(p) F,    p(k) ∝ (1 + (2πℓ|k|)²)⁻²

F is the unitary Fourier transform, k in cycles per side, ℓ the correlation length in sides of the
image, and the mean of p over the frequencies is the variance of a pixel. This is Whittle's
covariance, Matérn's of smoothness 1 on a torus. With d = Gm + s·n,

    mean       μ = SGᵀC⁻¹d,    C = GSGᵀ + s²I
    covariance     S − SGᵀC⁻¹GS, whatever the data
    a sample       x₀ + SGᵀC⁻¹(d − Gx₀ − s·n₀),    x₀ ~ N(0, S),    n₀ ~ N(0, I)

C is as large as the data: one Cholesky factor of it, in float64, gives all of them. μ is the most
probable image as well, argmin ‖Gm − d‖²/s² + mᵀS⁻¹m, and so Tikhonov's with a weight for each
frequency. The denoiser of this prior is Wiener's filter, p/(p + σ²).

Sources: A. Tarantola, Inverse Problem Theory (SIAM, 2005), DOI 10.1137/1.9780898717921; samples by
perturbation: G. Papandreou and A. Yuille, Gaussian sampling by local perturbations, NIPS 2010; the
covariance: P. Whittle, Biometrika 41 (1954) 434-449, DOI 10.1093/biomet/41.3-4.434.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from scipy import fft, linalg

from core.array_types import Float32Array, Float64Array, FloatArray, Image, Sinogram
from core.errors import InputError
from core.projection.projector import Projector

ROWS = 128
"""Rows of C that are computed at once."""

PIXELS = 1024
"""Pixels whose variance is computed at once."""

BYTES_LIMIT = 350e6
"""Bytes of C: the lecture's scan, with 6560 data, just fits."""


@dataclass(frozen=True, kw_only=True)
class GaussianPrior:
    """N(0, S) on images (size, size); `length` in sides of the image."""

    size: int
    deviation: float
    length: float

    @cached_property
    def power(self) -> Float64Array:
        """The spectrum p (size, size // 2 + 1), at the frequencies of `rfft2`."""
        down = self.size * fft.fftfreq(self.size)[:, None]
        across = self.size * fft.rfftfreq(self.size)[None, :]
        shape = (1 + (2 * np.pi * self.length) ** 2 * (down**2 + across**2)) ** -2.0
        # Each column but the first, and the last of an even size, stands for two of the whole.
        twice = np.full(shape.shape[1], 2.0)
        twice[[0, *([-1] if self.size % 2 == 0 else [])]] = 1.0
        power: Float64Array = shape * (self.deviation * self.size) ** 2 / (shape @ twice).sum()
        return power

    def covariance(self, images: FloatArray) -> Float64Array:
        """S times images (..., size, size)."""
        return self._filtered(images, self.power)

    def draw(self, white: FloatArray) -> Float64Array:
        """S^½ times images (..., size, size): draws of the prior, of white noise."""
        return self._filtered(white, np.sqrt(self.power))

    def denoised(self, images: Image, sigma: float) -> Float32Array:
        """Wiener's filter: the mean of the images of which these are copies with noise σ."""
        return self._filtered(images, self.power / (self.power + sigma**2)).astype(np.float32)

    def _filtered(self, images: FloatArray, gain: Float64Array) -> Float64Array:
        spectrum = gain * fft.rfft2(np.asarray(images, np.float64))
        result: Float64Array = fft.irfft2(spectrum, s=(self.size, self.size))
        return result


@dataclass(frozen=True, kw_only=True, eq=False)
class GaussianPosterior:
    """The posterior of a scan with a Gaussian prior; `factor` is that of C, lower, (data, data)."""

    operator: Projector
    prior: GaussianPrior
    noise: float
    factor: Float64Array

    def mean(self, data: Sinogram) -> Float32Array:
        """μ (size, size) of data (angles, detectors)."""
        image: Float32Array = self._image_of(data[None])[0].astype(np.float32)
        return image

    def samples(self, data: Sinogram, white: FloatArray, noise: FloatArray) -> Float32Array:
        """Samples (count, size, size) of white noise in images and in data (count, …)."""
        drawn = self.prior.draw(white)
        missing = data - self.operator.project(drawn) - self.noise * noise
        images: Float32Array = (drawn + self._image_of(missing)).astype(np.float32)
        return images

    def deviation(self) -> Float32Array:
        """The standard deviation (size, size) of each pixel; n²N operations for n data."""
        rows = [
            self.prior.covariance(back).reshape(len(back), -1).astype(np.float32)
            for back in _columns_of_adjoint(self.operator)
        ]
        seen = np.concatenate(rows)  # GS (data, pixels)
        explained = np.zeros(seen.shape[1])
        for first in range(0, len(explained), PIXELS):
            block = slice(first, first + PIXELS)
            halves = linalg.solve_triangular(
                self.factor, seen[:, block].astype(np.float64), lower=True, check_finite=False
            )
            explained[block] = np.square(halves).sum(axis=0)
        variance = np.maximum(self.prior.deviation**2 - explained, 0)
        return np.sqrt(variance).astype(np.float32).reshape(self.operator.dims)

    def _image_of(self, sinograms: FloatArray) -> Float64Array:
        """SGᵀC⁻¹ of sinograms (count, angles, detectors)."""
        flat = np.asarray(sinograms, np.float64).reshape(len(sinograms), -1)
        weights = linalg.cho_solve((self.factor, True), flat.T, check_finite=False).T
        back = self.operator.back_project(weights.reshape(sinograms.shape))
        return self.prior.covariance(back)


def empty_covariance(operator: Projector) -> Float64Array:
    """An array (data, data) for C; raise `InputError` where it would take too much memory."""
    data = prod(operator.dimsd)
    if 8 * data**2 > BYTES_LIMIT:
        raise InputError(
            f"The covariance of {data} data takes {8e-6 * data**2:.0f} MB, and at most "
            f"{BYTES_LIMIT / 1e6:.0f} MB are allowed: {int((BYTES_LIMIT / 8) ** 0.5)} data. Take "
            "fewer views or detectors."
        )
    return np.zeros((data, data))


def fill(covariance: Float64Array, operator: Projector, prior: GaussianPrior) -> Iterator[int]:
    """Put GSGᵀ into an array (data, data), `ROWS` rows at a time; yield how many are done."""
    first = 0
    for back in _columns_of_adjoint(operator):
        last = first + len(back)
        rows = operator.project(prior.covariance(back))
        covariance[first:last] = rows.reshape(len(back), -1)
        first = last
        yield last


def _columns_of_adjoint(operator: Projector) -> Iterator[Float32Array]:
    """The columns of Gᵀ as images (ROWS, size, size), some at a time."""
    data = prod(operator.dimsd)
    for first in range(0, data, ROWS):
        count = min(ROWS, data - first)
        units = np.zeros((count, data), np.float32)
        units[np.arange(count), first + np.arange(count)] = 1
        yield operator.back_project(units.reshape(count, *operator.dimsd))


def posterior_of(
    operator: Projector, prior: GaussianPrior, noise: float, covariance: Float64Array
) -> GaussianPosterior:
    """The posterior with white noise of this deviation; `covariance` is GSGᵀ, overwritten."""
    covariance[np.diag_indices_from(covariance)] += noise**2
    factor = linalg.cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
    return GaussianPosterior(operator=operator, prior=prior, noise=noise, factor=factor)

"""What a Gaussian prior and data do to an estimate: variance that is left, bias and variance."""

from collections.abc import Iterator

import numpy as np
from scipy import linalg

from core.array_types import Float32Array, Float64Array, FloatArray, Image
from core.methods.support.gaussian_prior import GaussianPrior
from core.projection.projector import Projector

STRENGTHS = np.geomspace(0.01, 2.0, 25)
"""The deviations of the prior over which bias and variance are followed."""

PROBES = 16
"""Draws of the prior with which its parts are measured."""


def variance_left(operator: Projector, prior: GaussianPrior, samples: Image) -> tuple[float, float]:
    """The part of the prior's variance that samples have in what is seen, and in what is not.

    What is seen is the range of Gᵀ: the rest leaves no trace in the data.
    """
    data = operator.shape[0]
    gram = np.zeros((data, data))
    units = np.eye(data, dtype=np.float32).reshape(data, *operator.dimsd)
    gram[:] = operator.project(operator.back_project(units)).reshape(data, data)
    gram[np.diag_indices(data)] += 1e-6 * gram.max()  # float32 has no smaller singular values
    factor = linalg.cho_factor(gram, lower=True, overwrite_a=True)
    random = np.random.default_rng(0)
    drawn = prior.draw(random.standard_normal((PROBES, *operator.dims))).astype(np.float32)

    def parts(images: Image) -> tuple[float, float]:
        rays = operator.project(images).reshape(len(images), data)
        weights = linalg.cho_solve(factor, rays.T).T.reshape(-1, *operator.dimsd)
        seen = operator.back_project(weights.astype(np.float32))
        return rms(seen) ** 2, rms(images - seen) ** 2

    unbiased = np.float32(np.sqrt(len(samples) / (len(samples) - 1)))
    after, before = parts(unbiased * (samples - samples.mean(axis=0))), parts(drawn)
    return after[0] / before[0], after[1] / before[1]


def bias_and_variance(
    operator: Projector,
    prior: GaussianPrior,
    covariance: Float64Array,
    truth: Float32Array,
    noise: float,
) -> tuple[Float64Array, Float64Array]:
    """Bias and standard deviation of the posterior mean for each of `STRENGTHS`.

    With S = a²S₁ and GS₁Gᵀ = U diag(λ) Uᵀ it is S₁GᵀU diag(1/(λ + s²/a²)) Uᵀd: linear in the data.
    """
    values, vectors = linalg.eigh(covariance / prior.deviation**2)
    unit = GaussianPrior(size=prior.size, deviation=1.0, length=prior.length)
    images = np.concatenate(list(_images_of(operator, unit, vectors)))
    clean = vectors.T @ operator.project(truth).astype(np.float64).ravel()
    norms = np.square(images, dtype=np.float64).sum(axis=1)
    bias, variance = [], []
    for strength in STRENGTHS:
        gain = 1 / (np.maximum(values, 0) + (noise / strength) ** 2)
        bias.append(rms((gain * clean).astype(np.float32) @ images - truth.ravel()))
        variance.append(noise * float(np.sqrt(np.sum(gain**2 * norms) / truth.size)))
    return np.array(bias), np.array(variance)


def _images_of(
    operator: Projector, prior: GaussianPrior, vectors: Float64Array
) -> Iterator[Float32Array]:
    """S₁Gᵀ of the columns of `vectors` (data, data), some (…, pixels) at a time."""
    for first in range(0, len(vectors), 128):
        block = vectors[:, first : first + 128].T.reshape(-1, *operator.dimsd)
        back = prior.covariance(operator.back_project(block))
        yield back.reshape(len(block), -1).astype(np.float32)


def rms(values: FloatArray) -> float:
    """The root mean square."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))

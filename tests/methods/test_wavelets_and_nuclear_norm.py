"""The wavelet prior and the nuclear norm against dense solvers, and wavelets against PyLops."""

import numpy as np
import pylops
import pytest
import pywt
from scipy.optimize import lsq_linear

from core.methods.priors import prior_named
from core.methods.priors.wavelet import WaveletL1, Wavelets
from tests.helpers.prior_images import CONVERGED, SIZE, noise


def test_nuclear_norm_against_the_singular_values():
    v, tau, sigma = noise(), 0.5, 3.0
    left, values, right = np.linalg.svd(v.reshape(SIZE, SIZE))
    expected = left @ np.diag(np.maximum(values - tau * sigma, 0)) @ right
    made = prior_named("nuclear")(SIZE, sigma)
    np.testing.assert_allclose(made.prox(v, tau), expected.ravel(), atol=1e-12)
    assert made(v) == pytest.approx(sigma * np.linalg.norm(v.reshape(SIZE, SIZE), "nuc"))
    flat = np.outer(np.arange(SIZE), np.ones(SIZE)).astype(np.float32)
    flat[0, 0] = 1e-3
    # PyProximal's value squares the matrix and loses what is small.
    assert made(flat) == pytest.approx(sigma * np.linalg.norm(flat.astype(float), "nuc"), rel=1e-5)


@pytest.mark.parametrize("size", [20, 19])
def test_wavelets_against_a_dense_solver(size):
    made = WaveletL1(size, 0.2, CONVERGED)
    matrix = made.wavelets.todense().astype(float)
    pixels = size**2
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(pixels), atol=1e-6)
    v = noise(size)
    expected = lsq_linear(0.2 * matrix.T, v, (-1, 1), tol=1e-12)
    np.testing.assert_allclose(made.prox(v, 1.0), v - 0.2 * matrix.T @ expected.x, atol=1e-3)
    assert made(v) == pytest.approx(0.2 * np.abs(matrix @ v).sum(), rel=1e-5)
    assert (made.remark() == "") == (size == 20)
    if size == 19:
        assert "19 pixels do not divide by 2" in made.remark()
        assert "padded with zeros to 20" in made.remark()


def test_wavelets_are_pylops_where_pylops_does_not_pad():
    ours = Wavelets(64)
    theirs = pylops.signalprocessing.DWT2D(
        (64, 64), wavelet="db4", level=ours.level, dtype="float32"
    )
    v = noise(64).astype(np.float32)
    np.testing.assert_allclose(ours @ v, theirs @ v, atol=1e-5)
    np.testing.assert_allclose(ours.H @ v, theirs.H @ v, atol=1e-5)


@pytest.mark.parametrize("size", [64, 101, 320, 512])
def test_wavelets_go_as_deep_as_the_image_allows(size):
    wavelets = Wavelets(size)
    assert 1 <= wavelets.level <= pywt.dwt_max_level(size, 8)
    assert 0 <= wavelets.padded - size < 2**wavelets.level
    x = np.random.default_rng(0).standard_normal(size**2).astype(np.float32)
    np.testing.assert_allclose(wavelets.H @ (wavelets @ x), x, atol=1e-5)

"""The fast stencils against PyLops' operators of the same definition."""

import numpy as np
import pylops
import pytest

from core.methods.priors.differences import Differences
from core.methods.support.regularisers import Laplacian, Smoothing, half_squares, regularisers
from tests.helpers.dense import dense


def pairs(n):
    dims = (n, n)
    derivative = pylops.FirstDerivative
    return [
        (Laplacian(n), pylops.Laplacian(dims, edge=True)),
        (Laplacian(n, 2.5), 2.5 * pylops.Laplacian(dims, edge=True)),
        (
            Differences(n, (0.5, 2.0)),
            pylops.VStack(
                [
                    weight * derivative(dims, axis=axis, kind="forward", edge=False)
                    for axis, weight in enumerate((0.5, 2.0))
                ]
            ),
        ),
        (Differences(n), pylops.Gradient(dims, kind="forward", edge=False)),
        (regularisers("identity", n, 3.0)[0], 3.0 * pylops.Identity(n * n)),
        (Smoothing(n, 1), pylops.Smoothing2D((3, 3), dims)),
    ]


@pytest.mark.parametrize("size", [3, 4, 9])
@pytest.mark.parametrize("number", range(6))
def test_forward_and_adjoint_are_those_of_pylops(size, number):
    ours, theirs = pairs(size)[number]
    matrix = dense(theirs)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(dense(ours), matrix, atol=1e-6)
    np.testing.assert_allclose(dense(ours.H), matrix.T, atol=1e-6)


def test_wide_smoothing_is_pylops():
    ours, theirs = Smoothing(20, 4), pylops.Smoothing2D((9, 9), (20, 20))
    image = np.random.default_rng(0).standard_normal(400).astype(np.float32)
    np.testing.assert_allclose(ours.matvec(image), theirs.matvec(image), atol=1e-6)
    np.testing.assert_allclose(ours.rmatvec(image), theirs.rmatvec(image), atol=1e-6)


def test_float64_and_read_only_images_are_taken():
    image = np.random.default_rng(1).standard_normal(81)
    image.setflags(write=False)
    for ours, theirs in pairs(9):
        right = np.resize(image, ours.shape[0])
        right.setflags(write=False)
        np.testing.assert_allclose(ours.matvec(image), theirs.matvec(image), atol=1e-5)
        np.testing.assert_allclose(ours.rmatvec(right), theirs.rmatvec(right), atol=1e-5)


def test_half_squares_adds_up():
    image = np.arange(16, dtype=np.float32).reshape(4, 4)
    rows = (Differences(4),)
    # 12 differences of 4 down the columns, 12 of 1 along the rows
    assert half_squares(rows, image) == pytest.approx(0.5 * (12 * 16 + 12))

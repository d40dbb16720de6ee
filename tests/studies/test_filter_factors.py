"""Filter factors against the methods themselves, run on the dense matrix."""

import numpy as np
import pylops
import pytest

from core.geometry.beams import ParallelBeam
from core.problem.images import SheppLogan
from core.projection.small_grid import shrink, small_scanner
from core.studies import filter_factors
from core.studies.filter_factors import coefficients

SIZE = 16
LEVEL = 0.02


@pytest.fixture(scope="module")
def scanner():
    return small_scanner(SIZE, shrink(ParallelBeam(), 320, SIZE, angles=9), "strip")


@pytest.fixture(scope="module")
def image():
    return SheppLogan().read(SIZE).astype(np.float64)


@pytest.fixture(scope="module")
def known(scanner, image):
    return coefficients(scanner, image, LEVEL)


@pytest.fixture(scope="module")
def data(scanner, image):
    clean = scanner.project(image)
    noise = np.random.Generator(np.random.PCG64(1)).standard_normal(clean.shape)
    return (clean + LEVEL * np.abs(clean).mean() * noise).ravel()


def test_the_coefficients_are_those_of_a_dense_decomposition(scanner, image, known, data):
    left, values, right = np.linalg.svd(scanner.matrix, full_matrices=False)
    rank = scanner.rank
    assert rank < SIZE**2  # nine views leave something unseen
    np.testing.assert_allclose(known.values, values[:rank], rtol=1e-9)
    # Vectors are known up to their sign, and those of equal values up to a rotation.
    apart = np.minimum(
        np.abs(np.diff(values[:rank], prepend=np.inf)),
        np.abs(np.diff(values[:rank], append=0)),
    )
    alone = apart > 1e-4 * values[0]
    assert alone.sum() > rank / 3
    expected = np.abs(left.T @ data)[:rank]
    np.testing.assert_allclose(np.abs(known.data)[alone], expected[alone], rtol=1e-6, atol=1e-9)
    picture = np.abs(right @ image.ravel())[:rank]
    np.testing.assert_allclose(np.abs(known.image)[alone], picture[alone], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(known.clean, known.values * known.image, atol=1e-9)
    assert known.unseen == pytest.approx(
        np.sum(np.square(image - scanner.measured_part(image))), rel=1e-9
    )


def solved(scanner, known, filter):
    return scanner.image_of(known.solution(filter)).ravel()


def test_tikhonov_solves_the_normal_equations(scanner, known, data):
    penalty = 0.1 * known.values[0]
    matrix = scanner.matrix
    direct = np.linalg.solve(matrix.T @ matrix + penalty**2 * np.eye(SIZE**2), matrix.T @ data)
    factors = filter_factors.tikhonov(known.values, penalty)
    np.testing.assert_allclose(solved(scanner, known, factors), direct, atol=1e-9)


def test_the_whole_sum_is_the_pseudo_inverse(scanner, known, data):
    direct = np.linalg.pinv(scanner.matrix, rcond=1e-6) @ data
    factors = filter_factors.truncated(known.values, scanner.rank)
    np.testing.assert_allclose(solved(scanner, known, factors), direct, rtol=1e-6, atol=1e-6)


def test_the_truncated_sum_is_the_pseudo_inverse_of_a_matrix_of_lower_rank(scanner, known, data):
    terms = 40
    between = np.sqrt(known.values[terms - 1] * known.values[terms]) / known.values[0]
    direct = np.linalg.pinv(scanner.matrix, rcond=between) @ data
    factors = filter_factors.truncated(known.values, terms)
    np.testing.assert_allclose(solved(scanner, known, factors), direct, atol=1e-8)


@pytest.mark.parametrize("iterations", [1, 7, 60])
def test_landweber_is_the_iteration_itself(scanner, known, data, iterations):
    matrix, image = scanner.matrix, np.zeros(SIZE**2)
    for _ in range(iterations):
        image += matrix.T @ (data - matrix @ image) / known.values[0] ** 2
    factors = filter_factors.landweber(known.values, iterations)
    np.testing.assert_allclose(solved(scanner, known, factors), image, atol=1e-9)


@pytest.mark.parametrize("iterations", [1, 5, 20])
def test_cgls_is_the_solver_of_pylops(scanner, known, data, iterations):
    operator = pylops.MatrixMult(scanner.matrix)
    image = pylops.optimization.basic.cgls(operator, data, niter=iterations, tol=0)[0]
    factors = filter_factors.cgls(known.values, known.data, iterations)[-1]
    np.testing.assert_allclose(solved(scanner, known, factors), image, atol=1e-7)


def test_cgls_rests_once_the_data_are_explained(scanner, image):
    clean = coefficients(scanner, image, 0.0)
    factors = filter_factors.cgls(clean.values, clean.data, 400)
    assert np.isfinite(factors).all()
    error = np.linalg.norm(clean.solution(factors[-1]) - clean.image)
    assert error < 1e-4 * np.linalg.norm(clean.image)


def test_bias_and_variance_add_up_to_the_mean_error_of_many_draws(scanner, image):
    errors, terms = [], None
    for seed in range(400):
        known = coefficients(scanner, image, LEVEL, seed=seed)
        factors = filter_factors.tikhonov(known.values, 0.05 * known.values[0])
        errors.append(known.error(factors))
        terms = known.bias(factors), known.variance(factors)
    assert terms is not None
    # Three standard errors of the mean over 400 draws.
    margin = 3 * np.std(errors) / np.sqrt(len(errors))
    assert abs(np.mean(errors) - sum(terms)) < margin
    assert min(terms) > 5 * margin  # so that neither term could be left out


def test_picard_fails_where_the_noise_takes_over(scanner, image):
    clean, noisy = (coefficients(scanner, image, level) for level in (0.0, LEVEL))
    assert clean.best_terms == scanner.rank
    errors = [
        noisy.bias(factors) + noisy.variance(factors)
        for factors in (filter_factors.truncated(noisy.values, k) for k in range(scanner.rank + 1))
    ]
    assert 0 < noisy.best_terms == int(np.argmin(errors)) < scanner.rank
    tail = slice(-10, None)
    naive = np.abs(noisy.data / noisy.values)[tail]
    assert np.median(naive) > 10 * np.median(np.abs(clean.data / clean.values)[tail])

"""LSQR, CGLS and what is built on them, against dense linear algebra in float64."""

import numpy as np
import pylops
import pytest

from core.methods.cgls import CGLS
from core.methods.lsqr import LSQR
from core.methods.preconditioned_least_squares import PreconditionedLeastSquares
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.smooth_least_squares import SmoothLeastSquares
from tests.helpers.dense import SIZE, dense, iterates, krylov_minimiser, relative, small_problem

# float32 keeps 7 digits, of which four steps lose two. Soon after, the largest singular value has
# been found and the basis is no longer orthogonal: a known weakness of these methods (C. C. Paige,
# 1976), which costs iterations but not the solution. So single iterates are compared early only.
ROUND_OFF = 5e-5
DIMS = (SIZE, SIZE)


@pytest.mark.parametrize("method", [CGLS, LSQR])
@pytest.mark.parametrize("iterations", [1, 2, 4])
def test_iterates_are_the_minimisers_over_the_krylov_spaces(method, iterations):
    problem = small_problem()
    found = iterates(method(iterations=iterations), problem, problem.noisy)
    assert len(found) == iterations + 1
    assert not found[0].any()
    assert relative(found[-1], krylov_minimiser(problem.G, problem.noisy, iterations)) < ROUND_OFF


@pytest.mark.parametrize("method", [CGLS, LSQR])
def test_converges_to_the_solution_of_the_normal_equations(method):
    problem = small_problem()
    expected = np.linalg.solve(problem.G.T @ problem.G, problem.G.T @ problem.noisy)
    found = iterates(method(iterations=300), problem, problem.noisy)
    assert relative(found[-1], expected) < 1e-4  # condition 600, times 1e-7


def test_damped_lsqr_solves_the_damped_normal_equations():
    problem = small_problem()
    eye = np.eye(SIZE**2)
    expected = np.linalg.solve(problem.G.T @ problem.G + 9 * eye, problem.G.T @ problem.noisy)
    found = iterates(LSQR(damping=3.0, iterations=60), problem, problem.noisy)
    assert relative(found[-1], expected) < ROUND_OFF


def roughness(kind):
    if kind == "laplacian":
        return dense(pylops.Laplacian(DIMS, edge=True))
    if kind == "gradient":
        axes = [pylops.FirstDerivative(DIMS, axis=a, kind="forward") for a in (0, 1)]
        return np.vstack([dense(a) for a in axes])
    return np.eye(SIZE**2)


@pytest.mark.parametrize("kind", ["laplacian", "gradient", "identity"])
def test_regularised_solution_and_objective_are_those_of_pylops_regularisers(kind):
    problem = small_problem()
    R = roughness(kind)
    expected = np.linalg.solve(problem.G.T @ problem.G + 4 * R.T @ R, problem.G.T @ problem.noisy)
    method = RegularisedLeastSquares(epsilon=2.0, regulariser=kind, iterations=150)
    found = iterates(method, problem, problem.noisy)[-1]
    assert relative(found, expected) < 1e-4

    image = found.astype(np.float32).reshape(DIMS)
    residual = problem.operator.project(image) - problem.data
    terms = method.objective(problem.operator, problem.data, image, residual)
    misfit = problem.G @ found - problem.noisy
    assert terms == pytest.approx((misfit @ misfit / 2, 2 * np.sum((R @ found) ** 2)), rel=1e-4)


def test_the_default_regulariser_is_the_lectures():
    method = RegularisedLeastSquares()
    assert (method.epsilon, method.iterations, method.regulariser) == (3.0, 50, "laplacian")


def test_smooth_solution_minimises_the_sum_of_its_prices():
    problem = small_problem()
    across, down = (dense(pylops.FirstDerivative(DIMS, axis=a, kind="forward")) for a in (1, 0))
    normal = problem.G.T @ problem.G + 2 * (
        0.5 * np.eye(SIZE**2) + 8 * across.T @ across + 2 * down.T @ down
    )
    expected = np.linalg.solve(normal, problem.G.T @ problem.noisy)
    method = SmoothLeastSquares(alpha=0.5, beta=8.0, gamma=2.0, iterations=100)
    found = iterates(method, problem, problem.noisy)[-1]
    assert relative(found, expected) < ROUND_OFF

    image = found.astype(np.float32).reshape(DIMS)
    _, price = method.objective(problem.operator, problem.data, image, 0 * problem.data)
    prices = (
        0.5 * found @ found + 8 * np.sum((across @ found) ** 2) + 2 * np.sum((down @ found) ** 2)
    )
    assert price == pytest.approx(prices, rel=1e-5)


@pytest.mark.parametrize("radius", [0, 1, 2])
def test_preconditioned_iterates_are_smoothed_krylov_minimisers(radius):
    problem = small_problem()
    width = 2 * radius + 1
    P = dense(pylops.Smoothing2D((width, width), DIMS))
    expected = P @ krylov_minimiser(problem.G @ P, problem.noisy, 3)
    method = PreconditionedLeastSquares(radius=radius, iterations=3)
    assert relative(iterates(method, problem, problem.noisy)[-1], expected) < ROUND_OFF


KRYLOV = [
    CGLS(iterations=30),
    LSQR(iterations=30),
    RegularisedLeastSquares(iterations=30),
    SmoothLeastSquares(iterations=30),
    PreconditionedLeastSquares(iterations=30),
]


@pytest.mark.parametrize("method", KRYLOV, ids=lambda m: m.name)
def test_objective_never_rises(method):
    problem = small_problem()
    values = []
    for image in iterates(method, problem, problem.noisy):
        image = image.astype(np.float32).reshape(DIMS)
        residual = problem.operator.project(image) - problem.data
        values.append(sum(method.objective(problem.operator, problem.data, image, residual)))
    assert np.all(np.diff(values) <= 1e-5 * values[0])


@pytest.mark.parametrize("method", KRYLOV, ids=lambda m: m.name)
def test_iterates_already_given_are_not_written_to(method):
    problem = small_problem()
    seen = []
    for step in method.iterate(problem.operator, problem.data):
        seen.append((step.image, step.image.copy()))
        assert step.image.dtype == np.float32
    assert all(np.array_equal(given, copy) for given, copy in seen)


@pytest.mark.parametrize("method", KRYLOV, ids=lambda m: m.name)
def test_a_solved_problem_ends_with_a_sentence(method):
    problem = small_problem()
    steps = method.iterate(problem.operator, np.zeros_like(problem.data))
    assert not next(steps).image.any()
    with pytest.raises(StopIteration) as ended:
        next(steps)
    assert "this is a minimum" in ended.value.value

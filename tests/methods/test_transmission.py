"""The transmission model against finite differences and Newton's method in float64."""

import threading

import numpy as np
import pytest

from core.methods.cgls import CGLS
from core.methods.support.iterate_callback import iterate_callback
from core.methods.support.reconstruction import reconstruct
from core.methods.transmission import Transmission
from core.problem.measurement import Measurement
from tests.helpers.dense import SIZE, iterates, relative, small_problem

BOTH = pytest.mark.parametrize("likelihood", ["poisson", "least_squares"])


def counts(problem, method, image):
    s = method.attenuation / problem.noisy.max()
    return np.exp(-s * problem.noisy), np.exp(-s * (problem.G @ image)), s


@BOTH
def test_objective_is_the_misfit_of_the_counts(likelihood):
    problem = small_problem()
    method = Transmission(likelihood=likelihood, photons=500.0)
    measured, expected, _ = (
        500 * a if np.ndim(a) else a for a in counts(problem, method, problem.image)
    )
    if likelihood == "poisson":
        value = np.sum(expected - measured + measured * np.log(measured / expected))
    else:
        value = 0.5 * np.sum((measured - expected) ** 2)
    image = problem.image.astype(np.float32).reshape(SIZE, SIZE)
    residual = problem.operator.project(image) - problem.data
    found = method.objective(problem.operator, problem.data, image, residual)
    assert found == (pytest.approx(value, rel=1e-5), 0)


@BOTH
def test_gradient_is_that_of_finite_differences(likelihood):
    problem = small_problem()
    method = Transmission(likelihood=likelihood)
    random = np.random.default_rng(2)
    image, direction = random.random(SIZE**2), random.standard_normal(SIZE**2)

    def value(m):
        return method.misfit(problem.noisy, problem.G @ m - problem.noisy)[0]

    _, slope = method.misfit(problem.noisy, problem.G @ image - problem.noisy)
    step = 1e-4
    numeric = (value(image + step * direction) - value(image - step * direction)) / (2 * step)
    # The gradient itself is rounded to float32.
    assert (problem.G.T @ slope.astype(np.float64)) @ direction == pytest.approx(numeric, rel=1e-5)


@BOTH
def test_converges_to_newtons_solution(likelihood):
    problem = small_problem()
    # A mild attenuation keeps all rays in play, so that L-BFGS gets there in a few hundred steps.
    method = Transmission(likelihood=likelihood, attenuation=1.0, iterations=400)
    newton = np.linalg.lstsq(problem.G, problem.noisy)[0]
    for _ in range(20):
        measured, expected, s = counts(problem, method, newton)
        if likelihood == "poisson":
            slope, curvature = measured - expected, s * expected
        else:
            slope = expected * (measured - expected)
            curvature = s * expected * (2 * expected - measured)
        hessian = problem.G.T @ (curvature[:, None] * problem.G)
        newton = newton - np.linalg.solve(hessian, problem.G.T @ slope)
    found = iterates(method, problem, problem.noisy)[-1]
    assert relative(problem.G @ found, problem.G @ newton) < 2e-4


def test_thin_objects_make_it_the_linear_problem():
    problem = small_problem()
    linear = iterates(CGLS(iterations=300), problem, problem.noisy)[-1]
    method = Transmission(attenuation=0.1, iterations=200)
    found = iterates(method, problem, problem.noisy)[-1]
    assert relative(problem.G @ found, problem.G @ linear) < 2e-3


def test_the_true_photons_give_the_true_image_half_the_rays():
    problem = small_problem()
    photons, random = 1e5, np.random.default_rng(3)
    s = 4.0 / problem.clean.max()
    data = -np.log(random.poisson(photons * np.exp(-s * problem.clean)) / photons) / s
    sinogram = problem.sinogram(data)
    method = Transmission(photons=photons, attenuation=s * float(sinogram.max()))
    residual = problem.sinogram(problem.clean) - sinogram
    value, _ = method.objective(problem.operator, sinogram, np.zeros(0), residual)
    rays = problem.clean.size
    # Twice the objective is a χ² of that many rays: its mean ± 4 standard deviations.
    assert value == pytest.approx(rays / 2, abs=2 * np.sqrt(2 * rays))


def test_photons_do_not_move_the_image():
    problem = small_problem()
    few, many = (iterates(Transmission(photons=p), problem, problem.noisy)[-1] for p in (10.0, 1e8))
    np.testing.assert_array_equal(few, many)


@pytest.mark.parametrize("method", [Transmission(iterations=0), Transmission()])
def test_nothing_to_do_gives_the_start_only(method):
    problem = small_problem()
    data = problem.data if method.iterations == 0 else 0 * problem.data
    assert len(list(method.iterate(problem.operator, data))) == 1


def test_it_says_when_round_off_ends_it():
    problem = small_problem(angles=2, detectors=6, width=2.0)
    result = reconstruct(
        Transmission(iterations=500), Measurement(operator=problem.operator, data=problem.data)
    )
    assert result.stop == "tolerance"
    assert "round-off" in result.message


def count_to(limit):
    def run(report):
        for i in range(limit):
            report(i)

    return run


def callback_threads():
    return [t for t in threading.enumerate() if t.name == "iterate_callback"]


def test_iterate_callback_gives_what_is_reported_and_no_more_than_asked():
    done = []

    def run(report):
        for i in range(4):
            done.append(i)
            report(i)

    numbers = iterate_callback(run)
    assert next(numbers) == 0
    assert done == [0]
    assert list(numbers) == [1, 2, 3]


def test_iterate_callback_ends_its_thread_when_closed():
    numbers = iterate_callback(count_to(10))
    next(numbers)
    assert callback_threads()
    numbers.close()
    assert not callback_threads()


def test_iterate_callback_raises_what_the_solver_raises():
    def run(report):
        report(1)
        raise ArithmeticError("no")

    numbers = iterate_callback(run)
    assert next(numbers) == 1
    with pytest.raises(ArithmeticError, match="no"):
        next(numbers)
    assert not callback_threads()

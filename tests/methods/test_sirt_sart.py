"""SIRT and SART against their closed form and against ASTRA's own."""

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.sart import SART
from core.methods.sirt import SIRT
from core.projection.projector import make_projector
from tests.helpers.astra_run import astra_run
from tests.helpers.dense import SIZE, iterates, relative, small_problem

ROUND_OFF = 2e-5


def weights(G):
    return 1 / G.sum(axis=1).clip(1e-9), 1 / G.sum(axis=0)


@pytest.mark.parametrize("relaxation", [0.5, 1.0, 1.9])
def test_sirt_iterates_have_their_closed_form(relaxation):
    problem = small_problem()
    seen = problem.G.sum(axis=1) > 0
    G, d = problem.G[seen], problem.noisy[seen]
    R, C = weights(G)
    # With A = √R G √C and m = √C z, SIRT is Landweber on z with step λ.
    U, s, Vt = np.linalg.svd(np.sqrt(R)[:, None] * G * np.sqrt(C), full_matrices=False)
    filtered = (1 - (1 - relaxation * s**2) ** 50) / s * (U.T @ (np.sqrt(R) * d))
    found = iterates(SIRT(relaxation=relaxation, iterations=50), problem, problem.noisy)[-1]
    assert s.max() == pytest.approx(1, abs=1e-6)  # so λ < 2 converges without a norm
    assert relative(found, np.sqrt(C) * (Vt.T @ filtered)) < ROUND_OFF


def test_the_solution_of_weighted_least_squares_is_sirts_fixed_point():
    problem = small_problem()
    seen = problem.G.sum(axis=1) > 0
    root = np.sqrt(weights(problem.G[seen])[0])
    fixed = np.linalg.lstsq(root[:, None] * problem.G[seen], root * problem.noisy[seen])[0]
    images = iterates(SIRT(relaxation=1.9, iterations=2000), problem, problem.noisy)
    misfits = [np.sum((root * (problem.G[seen] @ m - problem.noisy[seen])) ** 2) for m in images]
    least = np.sum((root * (problem.G[seen] @ fixed - problem.noisy[seen])) ** 2)
    assert np.all(np.diff(misfits[:200]) < 0)
    assert misfits[-1] == pytest.approx(least, rel=1e-3)
    assert relative(problem.G @ images[-1], problem.G @ fixed) < 2e-3


def test_sirts_objective_is_the_weighted_misfit():
    problem = small_problem()
    image = problem.image.astype(np.float32).reshape(SIZE, SIZE)
    residual = problem.operator.project(image) - problem.data
    value, zero = SIRT().objective(problem.operator, problem.data, image, residual)
    seen = problem.G.sum(axis=1) > 0
    difference = (problem.clean - problem.noisy)[seen]
    expected = 0.5 * np.sum(difference**2 * weights(problem.G[seen])[0])
    assert (value, zero) == (pytest.approx(expected, rel=1e-4), 0)


def theirs(name, problem, iterations, **options):
    beam, data = problem.operator.beam, problem.data
    found = astra_run(name, SIZE, beam, data, iterations=iterations, **options)
    return found.astype(np.float64).ravel()


def test_sirt_is_astras():
    problem = small_problem()
    expected = theirs("SIRT", problem, 30, MinConstraint=0)
    ours = iterates(SIRT(nonnegative=True, iterations=30), problem, problem.noisy)[-1]
    assert relative(ours, expected) < 5e-4  # ASTRA's strip areas against the exact ones


def test_sart_is_astras():
    problem = small_problem()
    expected = theirs("SART", problem, 3 * 40, ProjectionOrder="sequential", Relaxation=0.7)
    method = SART(order="sequential", relaxation=0.7, iterations=3)
    assert relative(iterates(method, problem, problem.noisy)[-1], expected) < 5e-4


def test_all_views_in_one_batch_are_sirt():
    problem = small_problem()
    sart = iterates(SART(batch=40, relaxation=1.3, iterations=9), problem, problem.noisy)
    sirt = iterates(SIRT(relaxation=1.3, iterations=9), problem, problem.noisy)
    np.testing.assert_array_equal(sart, sirt)


def test_spread_views_converge_faster_than_neighbours():
    problem = small_problem()

    def error(order):
        method = SART(order=order, relaxation=1.0, iterations=2)
        return relative(iterates(method, problem, problem.clean)[-1], problem.image)

    assert error("spread") < 0.9 * error("sequential")


@pytest.mark.parametrize("method", [SIRT(iterations=20), SART(iterations=5)])
def test_pixels_that_no_ray_meets_stay_as_they_are(method):
    operator = make_projector(
        16, ParallelBeam(views=EvenViews(angles=2), detectors=4, detector_width=1.0)
    )
    data = operator.project(np.ones((16, 16), np.float32))
    *_, last = method.iterate(operator, data)
    assert np.isfinite(last.image).all()
    assert last.image[0, 0] == 0
    assert last.image[8, 8] > 0.3

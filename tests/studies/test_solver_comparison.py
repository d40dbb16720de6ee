import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.support.reconstruction import reconstruct
from core.problem.images import SheppLogan
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.solver_comparison import (
    PRIORS_FOR_ALL,
    REFERENCE,
    compared_solvers,
    convergence_curves,
    lowest,
)


@pytest.fixture(scope="module")
def results():
    scan = Scan(
        image=SheppLogan(),
        size=64,
        beam=ParallelBeam(views=EvenViews(angles=16), detectors=48),
        noise=GaussianNoise(level=0.01),
    )
    measurement = scan.simulate()
    return {
        name: reconstruct(method, measurement)
        for name, method in compared_solvers("tv", 0.1, 60).items()
    }


def test_all_run_for_one_objective_and_the_reference_ends_lowest(results):
    ends = {name: result.history.last("objective") for name, result in results.items()}
    assert ends[REFERENCE] <= min(ends.values()) * (1 + 1e-5)
    assert lowest(results) <= ends[REFERENCE]
    assert {result.parameters["sigma"] for result in results.values()} == {0.1}
    starts = {result.history["objective"][0] for result in results.values()}
    assert max(starts) == pytest.approx(min(starts))


def test_what_acceleration_buys(results):
    found = convergence_curves(results)
    assert REFERENCE not in found
    for name, course in found.items():
        history = results[name].history
        expected = history["objective"] / lowest(results) - 1
        np.testing.assert_allclose(course.excess, np.where(expected > 0, expected, np.nan))
        assert course.iterations[-1] == len(course.seconds) - 1
        assert (np.diff(course.seconds) > 0).all()
    ends = {name: course.excess[-1] for name, course in found.items()}
    assert ends["FISTA"] < 0.3 * ends["Proximal gradient"]
    assert ends["ADMM, fast"] < 0.3 * ends["ADMM"]
    assert ends["PDHG, fast"] < 0.3 * ends["PDHG (Chambolle–Pock)"]


def test_a_race_can_be_shown_before_it_is_over(results):
    first = dict(list(results.items())[:2])
    assert list(convergence_curves(first)) == list(first)


@pytest.mark.parametrize("prior", PRIORS_FOR_ALL)
def test_every_prior_has_a_field(prior):
    field = compared_solvers(prior, 0.5, 30)
    assert list(field)[-1] == REFERENCE
    assert {method.prior for method in field.values()} == {prior}
    assert "box" not in PRIORS_FOR_ALL
    assert "l21_gradient" not in PRIORS_FOR_ALL

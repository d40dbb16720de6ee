"""All solvers of one objective find its minimum, the accelerated ones in fewer iterations."""

import numpy as np
import pytest

from core.methods.admm import ADMM
from core.methods.douglas_rachford import DouglasRachford
from core.methods.fista import FISTA
from core.methods.linearised_admm import LinearisedADMM
from core.methods.pdhg import PDHG
from core.methods.priors import priors_for
from tests.helpers.solved import SIZE, last, objective, relative


def solvers_of(prior, sigma):
    """Every solver that takes the prior, with iterations enough."""
    setting = {"prior": prior, "sigma": sigma}
    yield ADMM(**setting, iterations=200, inner_iterations=20, tau=1.0)
    yield ADMM(**setting, fast=True, iterations=120, inner_iterations=200)
    yield PDHG(**setting, iterations=2000)
    yield PDHG(**setting, iterations=1200, adaptive=True)
    yield PDHG(**setting, fast=True, iterations=1200)
    yield LinearisedADMM(**setting, iterations=2000)
    if prior in priors_for("whole"):
        yield FISTA(**setting, iterations=400, inner_iterations=60, inner_rule="fixed")
        yield DouglasRachford(**setting, iterations=120, inner_iterations=200)


@pytest.mark.parametrize("prior", ["tv", "huber_tv", "l2"])
def test_all_solvers_meet_at_one_objective(prior, measurement):
    values = {}
    for method in solvers_of(prior, 0.1):
        name = f"{method.name} {getattr(method, 'fast', '')} {getattr(method, 'adaptive', '')}"
        values[name] = objective(method, measurement, last(method, measurement))
    best = min(values.values())
    assert {n: v for n, v in values.items() if v > best * (1 + 1e-4)} == {}


@pytest.mark.parametrize("prior", ["wavelet_l1", "nuclear", "tv_anisotropic", "tv_nonnegative"])
def test_fast_solvers_meet_the_slow_ones(prior, measurement):
    setting = {"prior": prior, "sigma": 0.3}
    slow = FISTA(**setting, iterations=700, inner_iterations=60, inner_rule="fixed")
    fast = DouglasRachford(**setting, iterations=200, inner_iterations=200)
    values = [objective(m, measurement, last(m, measurement)) for m in (slow, fast)]
    assert values[1] == pytest.approx(values[0], rel=1e-3)


def test_the_minimum_of_a_square_prior_is_the_normal_equations(measurement, dense):
    expected = np.linalg.solve(
        dense.T @ dense + 0.5 * np.eye(SIZE**2), dense.T @ measurement.data.ravel().astype(float)
    )
    for method in solvers_of("l2", 0.5):
        assert relative(last(method, measurement).ravel(), expected) < 1e-3


def test_fast_needs_far_fewer_iterations(measurement):
    target = 1.001 * objective(
        TARGET := DouglasRachford(sigma=0.1, iterations=300, inner_iterations=200),
        measurement,
        last(TARGET, measurement),
    )

    def needed(method):
        for number, step in enumerate(method.iterate(measurement.operator, measurement.data)):
            if objective(method, measurement, step.image) < target:
                return number
        return np.inf

    assert needed(ADMM(sigma=0.1, iterations=100, fast=True)) < 0.3 * needed(
        ADMM(sigma=0.1, iterations=100)
    )
    assert needed(PDHG(sigma=0.1, iterations=1000, fast=True)) < 0.7 * needed(
        PDHG(sigma=0.1, iterations=1000)
    )

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pyproximal import ProxOperator
from pyproximal.optimization.primaldual import PrimalDual

from core.geometry.beams import FanBeam
from core.geometry.views import EvenViews
from core.methods.pdhg import PDHG
from core.methods.priors import prior_named
from core.methods.spdhg import SPDHG
from core.methods.support.reconstruction import reconstruct
from core.methods.support.splitting import stack
from tests.helpers.solved import BEAM, SIZE, last, measured, objective

FAN = FanBeam(
    views=EvenViews(angles=13, arc=360.0), detectors=40, source_origin=100, origin_detector=50
)


@pytest.fixture(scope="module")
def lowest(measurement):
    """Give a function of a prior: the objective of PDHG after 5000 iterations, with σ = 0.2."""

    @cache
    def lowest_of(prior):
        method = PDHG(prior=prior, sigma=0.2, iterations=5000)
        return objective(method, measurement, last(method, measurement))

    return lowest_of


class Conjugate(ProxOperator):
    """F* of a function F, whose conjugate is F again."""

    def __init__(self, function):
        super().__init__(None, False)
        self.function = function

    def __call__(self, x):
        return 0.0

    def prox(self, x, tau):
        return self.function.proxdual(x, tau)

    def proxdual(self, x, tau):
        return self.function.prox(x, tau)


@pytest.mark.parametrize("prior", ["tv", "tv_nonnegative", "tgv"])
def test_with_one_subset_it_is_pdhg_on_the_dual_problem(prior, measurement):
    # SPDHG looks ahead with the dual variable. PyProximal's PDHG looks ahead with the primal one:
    # for  min_y F*(y) + P*(−Aᵀy)  that is the same y, and m is its dual variable.
    method = SPDHG(prior=prior, sigma=0.3, subsets=1, iterations=25, ratio=0.5)
    split = prior_named(prior)(SIZE, 0.3).split()
    problem = stack(measurement.operator, measurement.data, split, balanced=False)
    product = 0.99 / problem.norm_squared
    tau, mu = (0.5 * product) ** 0.5, (product / 0.5) ** 0.5
    images = []

    class Observed(Conjugate):
        def proxdual(self, x, tau):
            images.append(super().proxdual(x, tau))
            return images[-1]

    PrimalDual(
        Conjugate(problem.function),
        Observed(problem.constraint),
        -problem.operator.H,
        x0=np.zeros(problem.operator.shape[0], np.float32),
        y0=np.zeros(problem.operator.shape[1], np.float32),
        tau=mu,
        mu=tau,
        niter=25,
        gfirst=True,
    )
    steps = list(method.iterate(measurement.operator, measurement.data))[1:]
    assert len(steps) == len(images) == 25
    for step, image in zip(steps, images, strict=True):
        expected = image[: SIZE**2].reshape(SIZE, SIZE)
        np.testing.assert_allclose(step.image, expected, atol=2e-6 * np.abs(expected).max())


@pytest.mark.parametrize("subsets", [1, 3, 5, 12])
@pytest.mark.parametrize("prior", ["tv", "tv_nonnegative", "wavelet_l1"])
def test_it_converges_to_the_minimum_of_pdhg(prior, subsets, measurement, lowest):
    passes = 3000 if subsets == 1 else 800
    made = SPDHG(prior=prior, sigma=0.2, subsets=subsets, iterations=passes)
    value = objective(made, measurement, last(made, measurement))
    assert value == pytest.approx(lowest(prior), rel=1e-4)


def test_it_needs_far_fewer_passes_than_pdhg_iterations(measurement, lowest):
    setting = {"prior": "tv", "sigma": 0.2}

    def needed(method):
        for number, step in enumerate(method.iterate(measurement.operator, measurement.data)):
            if objective(method, measurement, step.image) < 1.001 * lowest("tv"):
                return number
        return np.inf

    assert needed(SPDHG(**setting, subsets=6, iterations=1000)) < 0.4 * needed(
        PDHG(**setting, iterations=3000)
    )


@pytest.mark.parametrize("beam", [BEAM, FAN], ids=["parallel", "fan"])
def test_the_steps_keep_to_the_bound_of_every_subset(beam):
    measurement = measured(beam)
    method = SPDHG(subsets=5, step=1.0, ratio=3.0)
    parts = method.problems(measurement.operator, measurement.data)
    tau, mus = method.step_sizes(parts)
    K = prior_named("tv")(SIZE, 1.0).split().operator.todense()
    G = measurement.operator.matrix().toarray().reshape(*measurement.data.shape, -1)
    rows = 0
    for i, (part, mu) in enumerate(zip(parts, mus, strict=True)):
        dense = np.vstack([G[i::5].reshape(-1, SIZE**2), K]).astype(float)
        image = np.random.default_rng(i).random(SIZE**2).astype(np.float32)
        np.testing.assert_allclose(part.operator.matvec(image), dense @ image, atol=2e-4)
        bound = len(parts) * tau * mu * np.linalg.eigvalsh(dense.T @ dense)[-1]
        assert 0.75 < bound <= 1
        rows += dense.shape[0] - K.shape[0]
    assert rows == measurement.data.size
    assert len(parts) * tau / min(mus) == pytest.approx(3.0)
    assert method.caution() == ""
    assert "beyond 1" in replace(method, step=1.1).caution()


def test_the_subsets_share_one_prior(measurement):
    method = SPDHG(prior="tv", sigma=0.7, subsets=5)
    parts = method.problems(measurement.operator, measurement.data)
    image = measurement.truth.ravel()
    whole = sum(part.function(part.operator.matvec(image)) for part in parts)
    assert whole == pytest.approx(objective(method, measurement, measurement.truth), rel=1e-5)
    # No more subsets than views.
    many = SPDHG(subsets=100).problems(measurement.operator, measurement.data)
    assert len(many) == 12


def test_the_seed_decides_the_draws(measurement):
    made = SPDHG(prior="tv", sigma=0.2, subsets=6, iterations=5)
    first, again, other = (last(replace(made, seed=seed), measurement) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_too_long_steps_diverge_and_say_so(measurement):
    result = reconstruct(SPDHG(step=3.0, subsets=4, iterations=300), measurement)
    assert result.stop == "diverged"
    assert "beyond 1" in result.message

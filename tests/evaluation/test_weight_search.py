"""The search for the best weight of total variation."""

from dataclasses import replace

import numpy as np
import pytest

from core.methods.admm import ADMM
from core.problem import metrics
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.available_methods import TUNED_TV
from core.studies.solving import last_image
from core.studies.tuning import best_weight


@pytest.mark.parametrize("start", [0.01, 0.9, 40.0])
def test_the_search_finds_the_best_weight(start):
    tried = []

    def quality(weight):
        tried.append(weight)
        return 20 - 1.5 * np.log(weight / 0.7) ** 2

    best = best_weight(quality, start)
    # A parabola is found exactly but for gains too small to be worth a reconstruction.
    assert quality(best) > 20 - 0.02
    assert len(tried) == len(set(tried)) + 1  # the line above asked once more
    if start == 0.9:
        assert len(tried) <= 5


def test_the_search_stops_on_a_plateau_and_at_its_ends():
    tried = []
    # All three weights are as good: the one that a solver is done with soonest.
    assert best_weight(lambda w: tried.append(w) or 20 - 1e-3 * w, 0.1) == pytest.approx(0.2)
    assert len(tried) == 3
    # Halved from 1 for as long as it gets better and the weight stays above 0.001.
    assert best_weight(lambda w: -np.log(w), 1.0) == pytest.approx(2**-9)


def test_tuned_tv_is_at_least_as_good_as_any_weight():
    scan = Scan(size=64, noise=GaussianNoise(level=0.05))
    measurement = scan.simulate()
    solver = ADMM(prior="tv_nonnegative", iterations=15, fast=True)
    answer = replace(TUNED_TV, method=solver).solve(measurement)
    best = metrics.snr(answer.image, measurement.truth)
    for sigma in np.geomspace(0.01, 100, 9):
        other = last_image(replace(solver, sigma=float(sigma)), measurement)
        # The search does not follow gains of less than 0.01 dB.
        assert best > metrics.snr(other, measurement.truth) - 0.02
    again = last_image(replace(solver, sigma=answer.sigma), measurement)
    assert np.array_equal(answer.image, again)

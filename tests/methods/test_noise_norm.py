"""How much noise there is, known from the simulation or estimated from the data alone."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.methods.support.parameter_selection import (
    estimated_deviation,
    noise_norm,
)
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.problem.noise import GaussianNoise, NoNoise, PoissonNoise


@pytest.mark.parametrize("level", [0.02, 0.1])
def test_noise_is_estimated_from_smooth_data(level):
    x = np.linspace(-1, 1, 160)
    clean = np.sqrt(np.clip(1 - x**2, 0, None)) * np.linspace(1, 2, 41)[:, None]
    noise = level * np.random.default_rng(5).standard_normal(clean.shape)
    # A median of 6000 correlated moduli: 2 % standard deviation.
    found = estimated_deviation((clean + noise).astype(np.float32))
    assert found == pytest.approx(level, rel=0.08)


def test_too_few_detectors_give_no_estimate():
    assert estimated_deviation(np.ones((5, 8), np.float32)) == 0


@pytest.mark.parametrize(
    "noise",
    [NoNoise(), GaussianNoise(level=0.03), PoissonNoise(photons=1e4)],
    ids=lambda n: n.kind,
)
def test_the_known_noise_is_the_mean_of_the_simulated_one(noise):
    clean = np.random.default_rng(8).uniform(0, 100, (40, 60)).astype(np.float32)
    scan = SimpleNamespace(noise=noise)
    measured = noise.apply(clean)
    found = noise_norm(
        SimulatedMeasurement(operator=None, data=measured, clean=clean, truth=clean, scan=scan)
    )
    assert found.known
    # 2400 samples: 1.5 % standard deviation of the norm, and counts of 180 are near Gaussian.
    assert found.value == pytest.approx(np.linalg.norm(measured - clean), rel=0.06)


def test_measured_data_have_an_estimated_noise():
    data = np.random.default_rng(1).standard_normal((20, 50)).astype(np.float32)
    found = noise_norm(Measurement(operator=None, data=data))
    assert not found.known
    assert found.value == pytest.approx(np.linalg.norm(data), rel=0.15)

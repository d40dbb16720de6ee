"""How much noise there is, known from the simulation or estimated from the data alone."""

from dataclasses import replace

import numpy as np
import pytest

from core.methods.support.parameter_selection import (
    estimated_deviation,
    noise_norm,
)
from core.problem.imperfections import IMPERFECTIONS, Imperfection
from core.problem.imperfections.dead import DeadViews
from core.problem.imperfections.gain import WrongGain
from core.problem.imperfections.truncation import Truncation
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.problem.noise import GaussianNoise, NoNoise, PoissonNoise
from core.problem.noise.electronic import ElectronicNoise
from core.studies.measurements import measurement_of
from tests.helpers.imperfect import SCAN

WRONG: dict[str, tuple[Imperfection, ...]] = {
    "nothing": (),
    **{member.name: (member(**member.typical),) for member in IMPERFECTIONS.members},
    "half the views": (DeadViews(views=10),),
    "few detectors": (Truncation(share=0.4),),
    "very wrong gains": (WrongGain(error=0.2),),
    "all detectors": (WrongGain(error=0.1), Truncation(share=0.2), DeadViews(views=5)),
}


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


@pytest.mark.parametrize("source", ["simulated", "remembered"])
@pytest.mark.parametrize(
    "noise",
    [
        NoNoise(),
        GaussianNoise(level=0.03),
        PoissonNoise(photons=1e5),
        ElectronicNoise(photons=1e5, electrons=20),
    ],
    ids=lambda n: n.kind,
)
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_the_known_noise_is_that_which_the_data_have(wrong, noise, source):
    scan = replace(SCAN, noise=noise, imperfections=wrong)
    measured = scan.simulate() if source == "simulated" else measurement_of(scan)
    n = measured.data.astype(float) - measured.clean
    found = noise_norm(measured)
    assert found.known
    # A thousand rays or more: 2 % standard deviation of the norm where each has the same noise.
    assert found.value == pytest.approx(np.linalg.norm(n), rel=0.08)
    deviation = measured.deviation
    live = deviation > 0
    assert not n[~live].any()
    if noise.present:
        assert np.std(n[live] / deviation[live]) == pytest.approx(1, abs=0.06)


def test_noise_that_others_simulated_is_estimated():
    measured = replace(SCAN, noise=GaussianNoise(level=0.03)).simulate()
    others = SimulatedMeasurement(
        operator=measured.operator, data=measured.data, clean=measured.clean, truth=measured.truth
    )
    assert others.deviation is None
    assert not noise_norm(others).known


def test_measured_data_have_an_estimated_noise():
    data = np.random.default_rng(1).standard_normal((20, 50)).astype(np.float32)
    found = noise_norm(Measurement(operator=None, data=data))
    assert not found.known
    assert found.value == pytest.approx(np.linalg.norm(data), rel=0.15)

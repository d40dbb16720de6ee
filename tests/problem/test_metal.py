"""Metal in the plane and the spectrum that it hardens, against sums over the energies."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.integrate

from core.methods.support.parameter_selection import noise_norm
from core.problem.imperfections import Scene
from core.problem.imperfections.metal import (
    Metal,
    hardened,
    interpolated_along_detectors,
    spectrum,
    water_polynomial,
)
from core.problem.noise import PoissonNoise
from tests.helpers.imperfect import BEAM, PERFECT, SCAN, measured


def test_photons_are_counted_at_the_attenuation_of_the_scanner_not_of_the_metal():
    metal, noise = Metal(radius=0.05, spectrum=0.0), PoissonNoise(photons=1e5, seed=2)
    found = measured(metal, noise=noise)
    # Behind the metal hardly a photon arrives; beside it the noise is that of before.
    beside = np.isclose(found.clean, PERFECT.clean, atol=1e-5)
    np.testing.assert_array_equal(found.data[beside], measured(noise=noise).data[beside])
    deviation = noise.deviation(found.clean, found.attenuation)
    assert noise_norm(found).value == pytest.approx(np.linalg.norm(deviation))
    assert noise_norm(found).value > 1.2 * noise_norm(measured(noise=noise)).value


def test_a_hardened_beam_is_the_sum_of_beer_and_lambert_over_a_disc():
    """A homogeneous disc, its chords known, against the sum over the energies written out."""
    size, radius, scale = 64, 0.7, 0.1
    beam = replace(BEAM, detectors=64)
    disc = np.zeros((size, size), np.float32)
    offsets = (np.arange(size * 8) + 0.5) / 8 - size / 2
    inside = np.hypot(offsets[:, None], offsets) <= radius * size / 2
    disc[:] = inside.reshape(size, 8, size, 8).mean((1, 3))
    project = replace(SCAN, beam=beam).operator().project
    scene = Scene(image=disc, project=project, size=size, beam=beam, attenuation=scale)
    found = Metal(spectrum=1.0).apply(project(disc), scene)
    chords = 2 * np.sqrt(np.maximum((radius * size / 2) ** 2 - beam.detector_centres**2, 0))
    water = np.array([0.3756, 0.2683, 0.2269, 0.2059, 0.1837, 0.1707])
    shares = np.array([0.1, 0.2, 0.25, 0.2, 0.15, 0.1])
    thin = np.sum(shares * water)
    arriving = [np.sum(shares * np.exp(-water / thin * scale * chord)) for chord in chords]
    expected = -np.log(arriving) / scale
    # The disc of pixels has chords that are 1 % off, and steep ends.
    inner = chords > 20
    np.testing.assert_allclose(found[:, inner], np.tile(expected, (20, 1))[:, inner], rtol=0.02)
    assert (expected[inner] < 0.97 * chords[inner]).all()


def test_thin_tissue_is_measured_as_it_is_and_one_energy_hardens_nothing():
    thin = np.array([1e-4])
    assert hardened(thin, np.zeros(1), 1.0)[0] == pytest.approx(1e-4, rel=1e-3)
    thick = np.linspace(0, 4, 9)
    np.testing.assert_allclose(hardened(thick, np.zeros(9), 0.0), thick, atol=1e-12)
    shares, of_water, _ = spectrum(0.6)
    assert shares.sum() == pytest.approx(1)
    assert shares @ of_water == pytest.approx(1)


def test_an_insert_of_one_energy_replaces_the_tissue():
    one = Metal(radius=0.05, spectrum=0.0)
    insert = one.insert(64)
    _, _, of_metal = spectrum(0.0)
    image = PERFECT.truth * (1 - insert) + of_metal[3] * insert
    expected = PERFECT.operator.project(image)
    np.testing.assert_allclose(measured(one).data, expected, rtol=2e-4, atol=2e-3)
    assert insert.sum() == pytest.approx(np.pi * (0.05 * 32) ** 2, rel=0.05)


@pytest.mark.parametrize("largest", [0.0, 0.5, 4.0, 9.0])
def test_the_water_correction_undoes_the_hardening_of_water(largest):
    water = np.linspace(0, largest, 50)
    measures = hardened(water, np.zeros(50), 1.0)
    coefficients = water_polynomial(float(measures.max()), 1.0)
    corrected = measures[:, None] ** np.arange(1, 5) @ coefficients
    np.testing.assert_allclose(corrected, water, atol=0.01 * max(largest, 1e-3))


def test_a_trace_is_bridged_by_lines():
    data = np.array([[0, 1, 9, 9, 4, 5], [7, 7, 7, 7, 7, 7]], np.float32)
    trace = np.array([[0, 0, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]], bool)
    np.testing.assert_allclose(
        interpolated_along_detectors(data, trace), [[0, 1, 2, 3, 4, 5], [7] * 6]
    )


def test_the_mass_attenuation_of_the_metal_hardens_more_than_water():
    def half_value(metal):
        grid = np.linspace(0, 20, 2001)
        zero = np.zeros_like(grid)
        behind = hardened(zero, grid, 1.0) if metal else hardened(grid, zero, 1.0)
        return scipy.integrate.trapezoid(np.exp(-behind), grid)

    # 1 cm of titanium attenuates more than ten times as much as 1 cm of water.
    assert half_value(metal=True) < half_value(metal=False) / 10

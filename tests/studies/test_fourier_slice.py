"""The Fourier slice theorem against transforms that are known in closed form."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import j1

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.methods.support.astra_fbp import parallel_fbp
from core.problem.phantoms import rasterise
from core.problem.scan import Scan
from core.projection.projector import make_projector
from core.studies.fourier_slice import (
    density,
    image_spectrum,
    parallel_scan,
    profile_spectra,
    spectrum_lines,
    weighted_back_projection,
)

SIZE = 128
A, B, X, Y, TURN = 40.0, 22.0, 9.0, -14.0, 0.4
"""An ellipse in pixels: semi-axes, centre, turn."""
BEAM = ParallelBeam(views=EvenViews(angles=12), detectors=160, detector_width=1.0)
FREQUENCIES = np.linspace(0, 0.2, 41)


def ellipse():
    scale = 2 / SIZE
    shape = np.array([(1.0, A * scale, B * scale, X * scale, Y * scale, TURN)])
    return rasterise(shape, SIZE, oversampling=8)


def closed_form(kx, ky):
    """The transform of the ellipse: area · 2 J₁(2πρ) / (2πρ), shifted and turned."""
    along = kx * np.cos(TURN) + ky * np.sin(TURN)
    across = ky * np.cos(TURN) - kx * np.sin(TURN)
    z = 2 * np.pi * np.hypot(A * along, B * across)
    bessel = np.where(z > 1e-9, 2 * j1(z) / np.where(z > 1e-9, z, 1), 1)
    return np.pi * A * B * bessel * np.exp(-2j * np.pi * (kx * X + ky * Y))


def expected():
    angles = BEAM.angles_rad[:, None]
    return closed_form(FREQUENCIES * np.cos(angles), FREQUENCIES * np.sin(angles))


def test_the_lines_of_the_spectrum_are_those_of_an_ellipse():
    lines = spectrum_lines(ellipse(), BEAM.angles_rad, FREQUENCIES)
    # Pixels on the edge are rounded to 1/64; their errors have both signs.
    assert np.abs(lines - expected()).max() < 2e-3 * np.pi * A * B


def test_the_spectrum_of_a_profile_is_a_line_of_the_spectrum():
    """For the chords of an ellipse, which are known, the two sides agree without any pixel."""
    turned = BEAM.angles_rad - TURN
    half = np.hypot(A * np.cos(turned), B * np.sin(turned))[:, None]
    middle = (X * np.cos(BEAM.angles_rad) + Y * np.sin(BEAM.angles_rad))[:, None]
    fine = replace(BEAM, detectors=1280, detector_width=0.125)
    s = fine.detector_centres - middle
    chords = 2 * A * B / half**2 * np.sqrt(np.maximum(half**2 - s**2, 0))
    spectra = profile_spectra(chords, fine, FREQUENCIES)
    # The roots at the ends of the chords are sampled eight times a pixel: 1e-4 is left.
    assert np.abs(spectra - expected()).max() < 3e-4 * np.pi * A * B


def test_the_projector_obeys_the_theorem():
    image = ellipse()
    data = make_projector(SIZE, BEAM, "strip").project(image.astype(np.float32))
    spectra = profile_spectra(data, BEAM, FREQUENCIES)
    # A detector is a strip one pixel wide: it takes the mean over its width.
    lines = spectrum_lines(image, BEAM.angles_rad, FREQUENCIES) * np.sinc(FREQUENCIES)
    assert np.abs(spectra - lines).max() < 1e-3 * np.abs(lines).max()


def test_the_picture_of_the_spectrum_has_the_axes_that_it_states():
    """A wave along the direction of 30° has its peaks on the line of the view at 30°."""
    x = np.arange(SIZE) - (SIZE - 1) / 2
    column, row = 20, 12  # cells to the right and upwards
    wave = np.cos(2 * np.pi * (column * x + row * -x[:, None]) / SIZE)
    picture = image_spectrum(wave)
    peaks = {tuple(one) for one in np.argwhere(picture > -1)}
    centre = SIZE // 2
    assert peaks == {(centre - row, centre + column), (centre + row, centre - column)}


@pytest.mark.parametrize("views", [180, 360])
def test_lines_thin_out_like_one_over_the_frequency(views):
    angles = np.deg2rad(np.arange(views) * 180 / views)
    radii, mean = density(angles, SIZE)
    far = radii >= 8
    np.testing.assert_allclose(mean[far], views / (np.pi * radii[far]), rtol=0.1)


def test_the_ramp_gives_the_image_of_astra():
    image = ellipse()
    beam = replace(BEAM, views=EvenViews(angles=90))
    operator = make_projector(SIZE, beam, "strip")
    data = operator.project(image.astype(np.float32))
    ours = weighted_back_projection(data, operator, power=1)
    theirs = parallel_fbp(
        data,
        size=SIZE,
        angles_deg=beam.angles_deg,
        detector_width=1.0,
        kernel="strip",
        filter="ram-lak",
        cutoff=1.0,
    )
    # ASTRA pads less and samples the ramp in space: a constant of 1e-3 is left.
    assert np.abs(ours - theirs).max() < 5e-3
    assert np.linalg.norm(ours - image) < 1.01 * np.linalg.norm(theirs - image)


def test_no_other_power_comes_as_close_to_the_image():
    image = ellipse()
    operator = make_projector(SIZE, replace(BEAM, views=EvenViews(angles=90)), "strip")
    data = operator.project(image.astype(np.float32))

    def error(power):
        shown = weighted_back_projection(data, operator, power)
        scaled = shown * float(np.vdot(shown, image) / np.vdot(shown, shown))
        return float(np.linalg.norm(scaled - image))

    errors = {power: error(power) for power in (0.0, 0.5, 0.9, 1.0, 1.1, 1.5)}
    assert min(errors, key=errors.__getitem__) == 1.0
    plain = weighted_back_projection(data, operator, 0)
    np.testing.assert_allclose(
        plain, operator.back_project(data) * np.pi / 90, rtol=1e-4, atol=1e-3
    )


def test_a_fan_beam_becomes_parallel_with_the_same_views():
    views = EvenViews(angles=30, arc=360)
    fan = Scan(size=64, beam=FanBeam(views=views, detectors=80, detector_width=2.0))
    parallel = parallel_scan(fan)
    assert isinstance(parallel.beam, ParallelBeam)
    assert parallel.beam.views == views
    assert parallel.beam.detector_width == pytest.approx(2.0 / fan.beam.magnification)
    assert parallel_scan(parallel) is parallel

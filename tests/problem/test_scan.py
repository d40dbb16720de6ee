from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.problem.images import RandomEllipses, SheppLogan, StoredImage
from core.problem.noise import GaussianNoise, NoNoise, PoissonNoise
from core.problem.scan import Scan
from core.projection.projector import make_projector

SMALL = Scan(
    image=SheppLogan(),
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=9), detectors=50),
    noise=NoNoise(),
)
NOISES = [GaussianNoise(level=0.02, seed=5), PoissonNoise(photons=1e4, seed=5)]


def test_the_lectures_scan_is_the_default():
    scan = Scan()
    assert (scan.size, scan.kernel, scan.noise) == (320, "strip", NoNoise())
    assert isinstance(scan.image, StoredImage)
    assert scan.image.set == "colin27"
    beam = scan.beam
    assert isinstance(beam, ParallelBeam)
    assert (beam.view_count, beam.detectors, beam.detector_width) == (41, 160, 2)
    np.testing.assert_allclose(beam.angles_rad, np.linspace(0, np.pi, 41, endpoint=False))


def test_without_noise_the_data_are_the_projection():
    found = SMALL.simulate()
    assert found.scan is SMALL
    np.testing.assert_array_equal(found.truth, SheppLogan().read(64))
    expected = make_projector(64, SMALL.beam).matrix() @ found.truth.ravel()
    np.testing.assert_allclose(found.data.ravel(), expected, atol=1e-5 * expected.max())
    np.testing.assert_array_equal(found.data, found.clean)


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_a_scan_can_be_made_again(noise):
    scan = replace(SMALL, noise=noise)
    one, two = scan.simulate(), replace(scan).simulate()
    np.testing.assert_array_equal(one.data, two.data)
    np.testing.assert_array_equal(one.clean, SMALL.simulate().clean)
    other = replace(scan, noise=replace(noise, seed=6)).simulate()
    assert (one.data != other.data).mean() > 0.5
    assert one.data.dtype == one.clean.dtype == one.truth.dtype == np.float32


def test_what_others_share_is_read_only():
    found = SMALL.simulate()
    for array in (found.data, found.clean, found.truth):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1
    found.operator.rows_sum  # noqa: B018  # computed on demand, and shared as well
    with pytest.raises(ValueError, match="read-only"):
        found.operator.rows_sum[0, 0] = 1


def test_every_part_of_a_scan_is_in_its_key():
    fan = FanBeam(views=EvenViews(angles=9, arc=180), detectors=50)
    noisy = [
        replace(SMALL, noise=noise)
        for noise in (GaussianNoise(level=1, seed=3), PoissonNoise(photons=1, seed=3))
    ]
    scans = [
        SMALL,
        replace(SMALL, size=65),
        replace(SMALL, kernel="line"),
        replace(SMALL, image=RandomEllipses()),
        replace(SMALL, image=RandomEllipses(seed=1)),
        replace(SMALL, image=StoredImage()),
        *noisy,  # the same numbers, another type of noise
        replace(SMALL, beam=fan),  # the same numbers, another scanner
        *(
            replace(SMALL, beam=SMALL.beam.with_views(replace(SMALL.beam.views, **change)))
            for change in ({"arc": 179.0}, {"start": 1.0})
        ),
        replace(SMALL, beam=replace(fan, origin_detector=641.0)),
        *(
            replace(SMALL, beam=replace(SMALL.beam, **{name: value}))
            for name, value in {
                "views": EvenViews(angles=10),
                "detectors": 51,
                "detector_width": 2.5,
            }.items()
        ),
    ]
    keys = [scan.key for scan in scans]
    assert len(set(keys)) == len(keys)
    assert replace(SMALL).key == SMALL.key


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"size": 63}, "Image size must be from 64 to 512 pixels, not 63"),
        ({"size": 100.5}, "Image size must be a whole number"),
        ({"kernel": "cuda"}, "must be one of strip, line, linear, not 'cuda'"),
        ({"beam": FanBeam(), "kernel": "linear"}, "must be one of strip, line, not 'linear'"),
        ({"size": 512, "beam": FanBeam(source_origin=362)}, "must stand outside the image"),
    ],
)
def test_a_wrong_scan_is_told(change, sentence):
    with pytest.raises(InputError, match=sentence):
        replace(SMALL, **change)

import math

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam, share_outside
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews
from core.projection.projector import make_projector


def test_lecture_scan_is_the_default_and_leaves_out_the_end_of_the_arc():
    beam = ParallelBeam()
    expected = np.linspace(0, np.pi, 41, endpoint=False)
    np.testing.assert_allclose(beam.angles_rad, expected, rtol=0, atol=1e-12)
    assert (beam.detectors, beam.detector_width) == (160, 2.0)


def test_detector_edges_are_centred_on_the_axis():
    np.testing.assert_allclose(
        ParallelBeam(detectors=3, detector_width=2).detector_edges, [-3, -1, 1, 3]
    )


def test_field_of_a_fan_is_tangent_to_its_outermost_ray():
    beam = FanBeam(detectors=100, detector_width=3, source_origin=400, origin_detector=200)
    # Distance of the axis from the line through the source (0, -400) and (150, 200).
    source, end = np.array([0.0, -400.0]), np.array([150.0, 200.0])
    along = end - source
    distance = abs(along[0] * source[1] - along[1] * source[0]) / math.hypot(*along)
    assert beam.field_radius == pytest.approx(distance)
    assert beam.magnification == pytest.approx(1.5)


def test_a_receding_source_sees_the_parallel_field():
    fan = FanBeam(source_origin=1e5, origin_detector=0)
    assert fan.field_radius == pytest.approx(ParallelBeam().field_radius, rel=1e-4)


def test_the_detectors_of_a_curved_fan_stand_on_a_circle_about_the_source():
    beam = CurvedFanBeam(detectors=90, detector_width=4, source_origin=300, origin_detector=200)
    np.testing.assert_allclose(np.diff(beam.fan_angles), 4 / 500, rtol=1e-9)
    edge = np.deg2rad(90 * np.rad2deg(4 / 500) / 2)
    assert beam.field_radius == pytest.approx(300 * math.sin(edge))
    row = beam.detector_edges
    x, y = beam.across(row, beam.behind(row, 200)), beam.behind(row, 200)
    np.testing.assert_allclose(np.hypot(x, y + 300), 500)
    # An arc of the angles between them is as long as the row.
    assert np.ptp(np.arctan2(x, y + 300)) * 500 == pytest.approx(90 * 4)


def test_detectors_further_aside_than_90_degrees_see_nothing():
    beam = CurvedFanBeam(detectors=100, detector_width=16, source_origin=100, origin_detector=0)
    assert beam.field_radius == pytest.approx(100)
    assert np.abs(beam.fan_angles).max() < np.pi / 2
    seen = make_projector(64, beam).rows_sum.max(axis=0) > 0
    assert seen.sum() == np.sum(np.abs(beam.detector_centres) < 100 * math.asin(0.32 * 2**0.5) + 8)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"angles": 0}, "Number of angles must be from 1 to 720, not 0."),
        ({"angles": 2.5}, "Number of angles must be a whole number from 1 to 720, not 2.5."),
        ({"arc": 361.0}, "Arc must be from 0.1 to 360 degrees, not 361."),
        ({"detector_width": float("nan")}, "Detector width must be from 0.1 to 16 pixels, not nan"),
        ({"detectors": True}, "Number of detectors must be a number from 1 to 2048, not True."),
    ],
)
def test_a_wrong_value_says_what_is_allowed(wrong, sentence):
    made = EvenViews if set(wrong) <= {"angles", "arc"} else ParallelBeam
    with pytest.raises(InputError, match=sentence):
        made(**wrong)


@pytest.mark.parametrize(("radians", "degrees"), [(math.pi, 180), (6.2832, 360), (1.57, 90)])
def test_an_arc_in_radians_is_told_apart(radians, degrees):
    for beam in (ParallelBeam, FanBeam):
        with pytest.raises(InputError, match=f"looks like {degrees}° in radians: give {degrees}"):
            beam(views=EvenViews(arc=radians))
    assert EvenViews(arc=3.0).arc == 3.0


def test_the_source_must_stand_outside_the_image():
    FanBeam(source_origin=227).check_fits(320)
    with pytest.raises(
        InputError, match=r"more than 226\.27 pixels for a 320×320 image, not 226\."
    ):
        FanBeam(source_origin=226).check_fits(320)


def test_the_share_outside_is_that_of_the_pixels_out_there():
    image = np.zeros((8, 8))
    image[3:5, 3:5] = 1  # at 0.7 pixels from the centre
    image[0, 4] = 1  # at 3.5
    assert share_outside(image, 3.0) == pytest.approx(0.2)
    assert share_outside(image, 4.0) == 0
    assert share_outside(np.zeros((8, 8)), 3.0) == 0

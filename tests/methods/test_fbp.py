import threading

import astra
import numpy as np
import pytest

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.methods.support.reconstruction import reconstruct
from core.methods.support.view_weights import fan_weights, parallel_weights
from core.problem.measurement import Measurement
from core.projection.projector import make_projector
from tests.helpers.back_projected import PARALLEL, SIZE, inside, solve, truth

FAN = {"detectors": 150, "detector_width": 2.0, "source_origin": 240.0, "origin_detector": 200.0}


@pytest.mark.parametrize("projector", ["strip", "line", "linear"])
def test_the_truth_comes_back_with_its_magnitude(projector):
    result = solve(ParallelBeam(views=EvenViews(angles=180), **PARALLEL), projector)
    assert inside(result.image) == pytest.approx(1, abs=0.005)
    # A disc this smooth is band-limited: what is left is the interpolation between detectors.
    assert result.history.last("snr") > 35


@pytest.mark.parametrize("arc", [180.0, 187.0, 200.0, 270.0, 360.0])
@pytest.mark.parametrize("width", [1.0, 2.0])
def test_a_parallel_arc_that_sees_everything_gives_the_right_magnitude(arc, width):
    beam = ParallelBeam(
        views=EvenViews(angles=round(arc), arc=arc, start=33), detectors=140, detector_width=width
    )
    result = solve(beam)
    assert inside(result.image) == pytest.approx(1, abs=0.005)
    assert result.history.last("snr") > 30


@pytest.mark.parametrize("fan", [FanBeam, CurvedFanBeam])
@pytest.mark.parametrize(
    ("arc", "projector"), [(220.0, "strip"), (270.0, "line"), (355.0, "line"), (360.0, "strip")]
)
def test_a_fan_that_sees_everything_gives_the_right_magnitude(fan, arc, projector):
    beam = fan(views=EvenViews(angles=round(arc), arc=arc, start=20), **FAN)
    result = solve(beam, projector)
    assert inside(result.image) == pytest.approx(1, abs=0.005)
    assert result.history.last("snr") > 27


@pytest.mark.parametrize("beam", [ParallelBeam, FanBeam, CurvedFanBeam])
def test_a_limited_arc_gives_its_part_and_no_more(beam):
    options = PARALLEL if beam is ParallelBeam else FAN
    arc = 90.0
    result = solve(beam(views=EvenViews(angles=90, arc=arc), **options))
    # Half of the directions are there, so half of the mean is; ASTRA alone would say 1.
    assert inside(result.image) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("fan", [FanBeam, CurvedFanBeam])
def test_a_far_source_gives_the_parallel_picture(fan):
    parallel = solve(ParallelBeam(views=EvenViews(angles=120, arc=360), **PARALLEL)).image
    far = fan(
        views=EvenViews(angles=120, arc=360.0),
        detectors=140,
        detector_width=1.0,
        source_origin=1e5,
        origin_detector=0.0,
    )
    # They differ in how a detector's value is spread over pixels: smoothly against as strips.
    assert np.linalg.norm(solve(far).image - parallel) < 0.02 * np.linalg.norm(parallel)


@pytest.mark.parametrize("angles", [5, 6, 7, 8, 10, 13, 20, 41])
@pytest.mark.parametrize("arc", [180.0, 181.0, 200.0, 231.0, 270.0, 308.0, 359.0, 360.0])
def test_few_views_give_the_right_magnitude(arc, angles):
    parallel = ParallelBeam(views=EvenViews(angles=angles, arc=arc, start=33), **PARALLEL)
    assert inside(solve(parallel).image) == pytest.approx(1, abs=0.005)
    shortest = 180 + np.rad2deg(2 * np.arcsin(36 / FAN["source_origin"]))  # the disc's short scan
    if arc >= shortest:
        for kind in (FanBeam, CurvedFanBeam):
            fan = kind(views=EvenViews(angles=angles, arc=arc, start=33), **FAN)
            assert inside(solve(fan).image) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(
    ("source", "detectors", "width"), [(70.0, 150, 2.0), (100.0, 300, 4.0), (3000.0, 100, 2.0)]
)
def test_a_curved_fan_of_any_opening_gives_the_right_magnitude(source, detectors, width):
    # From 140° wide, where the filter's factor (γ / sin γ)² is 12, to nearly parallel.
    beam = CurvedFanBeam(
        views=EvenViews(angles=240, arc=360.0),
        detectors=detectors,
        detector_width=width,
        source_origin=source,
        origin_detector=source * 0.8,
    )
    image = solve(beam).image
    assert inside(image) == pytest.approx(1, abs=0.01)
    # The corners come as near to the source as 2 pixels, where few views tell much.
    middle = np.hypot(*(np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2)) < 42
    wrong = (image - truth())[middle]
    assert np.linalg.norm(wrong) < 0.05 * np.linalg.norm(truth()[middle])


@pytest.mark.parametrize("filter", ["ram-lak", "hann", "cosine"])
def test_the_two_kinds_of_fan_give_one_picture(filter):
    # They sample the same lines: a disc that band-limits itself leaves only interpolation.
    views = EvenViews(angles=180, arc=360.0)
    flat, curved = (
        solve(kind(views=views, **(FAN | {"detectors": 300, "detector_width": 1.0})), filter=filter)
        for kind in (FanBeam, CurvedFanBeam)
    )
    difference = np.linalg.norm(curved.image - flat.image) / np.linalg.norm(flat.image)
    assert difference < 0.01, difference


UNEVEN = {
    "golden angle": lambda count, turn: np.arange(count) * 222.492 % turn,
    "jittered": lambda count, turn: (
        (np.arange(count) + np.random.default_rng(count).uniform(-0.3, 0.3, count)) / count * turn
    ),
    "dense and sparse": lambda count, turn: (np.arange(count) / count) ** 1.3 * turn,
    "two turns": lambda count, turn: np.arange(2 * count) % count / count * turn,
}


@pytest.mark.parametrize("spacing", UNEVEN)
@pytest.mark.parametrize("count", [5, 7, 12, 30, 60])
def test_uneven_views_give_the_right_magnitude(count, spacing):
    for beam, turn in [
        (ParallelBeam(views=EvenViews(angles=720, arc=180), **PARALLEL), 180.0),
        (ParallelBeam(views=EvenViews(angles=720, arc=360), **PARALLEL), 360.0),
        (FanBeam(views=EvenViews(angles=720, arc=360.0), **FAN), 360.0),
        (CurvedFanBeam(views=EvenViews(angles=720, arc=360.0), **FAN), 360.0),
    ]:
        wanted = UNEVEN[spacing](count, turn) % turn
        views = np.rint(wanted * beam.view_count / beam.views.arc).astype(int) % beam.view_count
        operator = make_projector(SIZE, beam).angle_subset(
            np.random.default_rng(0).permutation(views)
        )
        measured = Measurement(operator=operator, data=operator.project(truth()))
        assert inside(reconstruct(FBP(), measured).image) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("angles", [2, 5, 30])
@pytest.mark.parametrize("arc", [30.0, 90.0, 150.0, 175.0])
def test_a_limited_arc_of_few_views_gives_its_part(arc, angles):
    weights = parallel_weights(
        ParallelBeam(views=EvenViews(angles=angles, arc=arc, start=-70)).angles_deg
    )
    np.testing.assert_allclose(weights, arc / angles, rtol=1e-5)


@pytest.mark.parametrize("arc", [180.0, 181.0, 250.0, 308.0, 360.0])
@pytest.mark.parametrize("angles", [1, 2, 3, 6, 72])
def test_the_weights_of_parallel_views_add_up_to_half_a_turn(arc, angles):
    weights = parallel_weights(ParallelBeam(views=EvenViews(angles=angles, arc=arc)).angles_deg)
    assert weights.min() > 0
    assert weights.sum() == pytest.approx(180, abs=1e-6)


@pytest.mark.parametrize(("arc", "angles"), [(230.0, 5), (250.0, 90), (340.0, 12), (360.0, 90)])
def test_the_two_rays_of_a_line_share_one(arc, angles):
    beam = FanBeam(views=EvenViews(angles=angles, arc=arc, start=20), **FAN)
    fan_deg = np.linspace(-20, 20, 41)
    weights = fan_weights(beam.angles_deg, fan_deg)
    assert weights.min() >= 0
    assert weights.max() <= arc / angles + 1e-6
    # Both rays of a line meet opposite detectors, so that these together see each line once.
    total = weights.sum(axis=0)
    np.testing.assert_allclose(total + total[::-1], 360, rtol=2e-3)


def test_the_weights_do_not_depend_on_the_order_or_the_number_of_turns():
    angles_deg = np.random.default_rng(0).uniform(0, 250, 20)
    turned = angles_deg + 360 * np.random.default_rng(1).integers(-2, 3, 20)
    order = np.random.default_rng(2).permutation(20)
    fan_deg = np.linspace(-15, 15, 7)
    for weights in (parallel_weights, lambda angles_deg: fan_weights(angles_deg, fan_deg)):
        np.testing.assert_allclose(weights(turned[order]), weights(angles_deg)[order], atol=1e-4)


def test_eight_threads_get_the_same_picture_and_leave_nothing_behind():
    beam = ParallelBeam(views=EvenViews(angles=60), **PARALLEL)
    fan = FanBeam(views=EvenViews(angles=60, arc=360.0), **FAN)
    expected = [solve(beam).image, solve(fan).image, solve(beam, filter="hann").image]
    before = astra.data2d.create("-vol", astra.create_vol_geom(4, 4))
    wrong = []

    def hammer():
        for _ in range(3):
            images = [solve(beam).image, solve(fan).image, solve(beam, filter="hann").image]
            wrong.extend(
                number
                for number, (one, other) in enumerate(zip(images, expected, strict=True))
                if not np.array_equal(one, other)
            )

    threads = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    # Handles count up; those in between have all been deleted.
    after = astra.data2d.create("-vol", astra.create_vol_geom(4, 4))
    alive = []
    for handle in range(before + 1, after):
        try:
            astra.data2d.get(handle)
        except Exception:
            continue
        alive.append(handle)
    astra.data2d.delete([before, after])
    assert not alive

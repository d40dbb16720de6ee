"""Each imperfection against what it should be, and what all of them have in common."""

from dataclasses import replace

import numpy as np
import pytest

from core.description import all_parameters, values
from core.errors import InputError
from core.geometry.beams import FanBeam
from core.geometry.views import EvenViews
from core.geometry.views.golden import GoldenViews
from core.problem.images import SheppLogan
from core.problem.imperfections import IMPERFECTIONS, DetectorImperfection
from core.problem.imperfections.axis import ShiftedAxis
from core.problem.imperfections.dead import DeadViews, interpolated_views
from core.problem.imperfections.gain import WrongGain
from core.problem.imperfections.motion import Motion, displacement_by_mass
from core.problem.imperfections.scatter import Scatter
from core.problem.imperfections.truncation import Truncation
from core.problem.noise import GaussianNoise, PoissonNoise
from core.problem.scan import Scan
from core.ui.scan.link import scan_of, scan_query
from tests.helpers.imperfect import BEAM, PERFECT, SCAN, measured

EACH = [member(**member.typical) for member in IMPERFECTIONS.members]


def test_there_are_those_of_the_issue():
    names = [member.name for member in IMPERFECTIONS.members]
    assert names == ["motion", "metal", "scatter", "axis", "gain", "truncation", "dead"]


@pytest.mark.parametrize("one", EACH, ids=lambda one: one.name)
def test_each_changes_the_data_and_leaves_truth_and_operator_alone(one):
    found = measured(one)
    assert found.data.dtype == np.float32
    assert not np.array_equal(found.data, PERFECT.data)
    np.testing.assert_array_equal(found.truth, PERFECT.truth)
    assert found.operator is PERFECT.scan.operator()
    assert found.attenuation == PERFECT.attenuation
    assert np.isfinite(found.data).all()


@pytest.mark.parametrize("member", IMPERFECTIONS.members, ids=lambda member: member.name)
def test_one_that_is_off_is_no_part_of_the_scan(member):
    off = member()
    assert not off.active
    scan = replace(SCAN, imperfections=(off,))
    assert scan.imperfections == ()
    assert scan.key == SCAN.key
    assert scan == SCAN


def test_they_act_in_the_order_of_the_rays_whatever_the_order_given():
    one, other = WrongGain(error=0.05), Scatter(share=0.05)
    assert replace(SCAN, imperfections=(one, other)).imperfections == (other, one)
    np.testing.assert_array_equal(measured(one, other).data, measured(other, one).data)
    with pytest.raises(InputError, match="each imperfection once"):
        replace(SCAN, imperfections=(one, WrongGain(error=0.02)))


@pytest.mark.parametrize("one", EACH, ids=lambda one: one.name)
def test_each_is_in_key_link_and_flat_values(one):
    scan = replace(SCAN, imperfections=(one,))
    assert scan.key != SCAN.key
    found, sentences = scan_of(scan_query(scan))
    assert (found, sentences) == (scan, [])
    told, usual = values(scan), values(SCAN)
    own = one.flat_values(f"{one.name}_")
    assert told == usual | own
    assert set(own) <= {entry.parameter.name for entry in all_parameters(Scan)}


@pytest.mark.parametrize("noise", [GaussianNoise(level=0.02), PoissonNoise(photons=1e4)])
@pytest.mark.parametrize("one", EACH, ids=lambda one: one.name)
def test_noise_stands_between_the_rays_and_the_detectors(one, noise):
    found = measured(one, noise=noise)
    scale = PERFECT.attenuation
    if isinstance(one, DetectorImperfection):
        expected = one.apply(noise.apply(PERFECT.clean, scale), scale)
    else:
        expected = noise.apply(measured(one).clean, scale)
    np.testing.assert_array_equal(found.data, expected)
    np.testing.assert_array_equal(found.clean, measured(one).clean)


# Gains


def test_a_wrong_gain_is_a_constant_column():
    one = WrongGain(error=0.1, seed=3)
    change = measured(one).data - PERFECT.data
    np.testing.assert_allclose(change, np.broadcast_to(change[:1], change.shape), atol=1e-5)
    counts = np.exp(-PERFECT.attenuation * PERFECT.data.astype(float)) * one.gains(64)
    expected = -np.log(counts) / PERFECT.attenuation
    np.testing.assert_allclose(measured(one).data, expected, rtol=1e-4, atol=1e-4)


def test_the_gains_have_the_deviation_and_the_seed_that_are_asked_for():
    gains = WrongGain(error=0.03).gains(20_000)
    assert gains.mean() == pytest.approx(1, abs=1e-3)
    assert gains.std() == pytest.approx(0.03, rel=0.03)
    assert not np.array_equal(gains, WrongGain(error=0.03, seed=1).gains(20_000))


# The axis


@pytest.mark.parametrize("shift", [-3, 5])
def test_a_shifted_axis_is_a_shifted_row_of_detectors(shift):
    """The data at a shift of k detectors are those of a wider row, cut off k detectors further."""
    wide = replace(BEAM, detectors=64 + 2 * abs(shift))
    more = replace(SCAN, beam=wide).simulate().data
    first = abs(shift) - shift
    expected = more[:, first : first + 64].copy()
    inner = slice(abs(shift), 64 - abs(shift))
    found = measured(ShiftedAxis(shift=shift)).data
    np.testing.assert_allclose(found[:, inner], expected[:, inner], atol=1e-4)


def test_half_a_detector_is_the_mean_of_two():
    found = measured(ShiftedAxis(shift=0.5)).data
    expected = (PERFECT.data[:, 1:-1] + PERFECT.data[:, :-2]) / 2
    np.testing.assert_allclose(found[:, 1:-1], expected, atol=1e-5)


# Scatter


def test_scatter_adds_the_same_to_all_counts():
    found = measured(Scatter(share=0.1))
    scale = PERFECT.attenuation
    counts = np.exp(-scale * found.data.astype(float)) * 1.1
    straight = np.exp(-scale * PERFECT.data.astype(float))
    np.testing.assert_allclose(counts - straight, 0.1, atol=1e-5)
    assert found.data.max() < 0.8 * PERFECT.data.max()


# Motion


@pytest.mark.parametrize("finer", [False, True])
def test_after_the_motion_the_views_see_the_moved_object(finer):
    head = {"image": SheppLogan(), "finer_grid": finer}  # it has room to move
    found = measured(Motion(shift=4.0, after=0.35), **head).data
    perfect = measured(**head)
    np.testing.assert_array_equal(found[:7], perfect.data[:7])
    moved = np.zeros_like(perfect.truth)
    moved[:, 4:] = perfect.truth[:, :-4]
    expected = PERFECT.operator.project(moved)
    tolerance = (1e-5, 0.08)[finer] * expected.max()  # the edges of the finer head are finer
    np.testing.assert_allclose(found[7:], expected[7:], atol=tolerance)
    # In the view at 0° it is a shift along the detectors, in that at 90° none.
    at_once = measured(Motion(shift=4.0, after=0.0), **head).data
    np.testing.assert_allclose(at_once[0, 4:], perfect.data[0, :-4], atol=1e-3)
    np.testing.assert_allclose(at_once[10], perfect.data[10], atol=1e-3)


def test_a_motion_is_found_by_the_centres_of_mass():
    # The object lies in every view whole, before and after.
    scan = replace(SCAN, image=SheppLogan(), beam=replace(BEAM, detectors=96))
    data = replace(scan, imperfections=(Motion(shift=4.0, after=0.35),)).simulate().data
    jump, displacement = displacement_by_mass(data, BEAM.angles_rad)
    assert jump == 7
    np.testing.assert_allclose(displacement, 4 * np.cos(BEAM.angles_rad), atol=0.05)
    few = displacement_by_mass(data[:5], BEAM.angles_rad[:5])
    assert few[0] == 5


# Truncation


def test_missing_detectors_read_nothing_and_the_others_what_they_did():
    found = measured(Truncation(share=0.25)).data
    assert not found[:, :16].any()
    assert not found[:, 48:].any()
    np.testing.assert_array_equal(found[:, 16:48], PERFECT.data[:, 16:48])
    judged = Truncation(share=0.25).judged(64, BEAM)
    assert judged.sum() == pytest.approx(np.pi * 16**2, rel=0.02)


# Dead views


def test_dead_views_are_whole_rows_and_one_is_always_alive():
    found = measured(DeadViews(views=3, seed=1)).data
    dead = ~found.any(axis=1)
    assert dead.sum() == 3
    np.testing.assert_array_equal(found[~dead], PERFECT.data[~dead])
    assert measured(DeadViews(views=100)).data.any(axis=1).sum() == 1


def test_dead_views_are_interpolated_in_their_angle_not_in_their_order():
    angles = np.array([0.0, 30.0, 10.0, 20.0])
    data = angles[:, None] * np.ones((1, 3), np.float32)
    dead = np.array([False, False, True, True])
    np.testing.assert_allclose(interpolated_views(data, angles, dead), data)
    scan = replace(SCAN, beam=BEAM.with_views(GoldenViews(angles=40)))
    one = DeadViews(views=4)
    broken = replace(scan, imperfections=(one,)).simulate().data
    repaired = interpolated_views(broken, scan.beam.angles_deg, ~broken.any(axis=1))
    clean = scan.simulate().data
    assert np.linalg.norm(repaired - clean) < 0.35 * np.linalg.norm(broken - clean)


@pytest.mark.parametrize("one", EACH, ids=lambda one: one.name)
@pytest.mark.parametrize("beam", [BEAM, FanBeam(detectors=64, source_origin=128)])
def test_every_imperfection_meets_one_view_and_one_detector(one, beam):
    lonely = replace(beam.with_views(EvenViews(angles=1)), detectors=1)
    data = replace(SCAN, beam=lonely, imperfections=(one,)).simulate().data
    assert data.shape == (1, 1)
    assert np.isfinite(data).all()

"""Every way of choosing the angles of the views."""

from itertools import pairwise

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.views import VIEWS, EvenViews
from core.geometry.views.golden import GoldenViews
from core.geometry.views.listed import ListedViews

SERIES = ListedViews(angle_list=tuple(range(-76, 77, 2)))


def test_the_family_lists_every_choice_in_order():
    assert VIEWS.parameter.choices == ("even", "golden", "listed")
    assert VIEWS.parameter.default == "even"


def test_golden_views_over_half_a_turn_are_111_246_degrees_apart():
    angles = GoldenViews(angles=5, start=10).angles_deg
    # Winkelmann et al. 2007: 180° / φ = 111.246°.
    np.testing.assert_allclose((angles - 10) % 180, np.arange(5) * 111.24612 % 180, atol=1e-4)
    assert (GoldenViews(angles=100, arc=90, start=-30).angles_deg >= -30).all()
    assert (GoldenViews(angles=100, arc=90, start=-30).angles_deg < 60).all()


@pytest.mark.parametrize("count", [5, 13, 40])
def test_each_golden_view_halves_one_of_the_widest_gaps(count):
    arc = 360.0
    for n in range(2, count):
        before = np.sort(GoldenViews(angles=n, arc=arc).angles_deg)
        new = GoldenViews(angles=n + 1, arc=arc).angles_deg[-1]
        gaps = np.diff(before, append=before[0] + arc)
        hit = gaps[np.searchsorted(before, new) - 1]
        assert hit == pytest.approx(gaps.max())
        # The three-distance theorem: the gaps have at most three lengths, here within φ².
        assert gaps.max() / gaps.min() < 2.62


def test_golden_views_begin_alike_however_many_there_are():
    long = GoldenViews(angles=50, arc=200, start=3).angles_deg
    for short in (1, 7, 49):
        found = GoldenViews(angles=short, arc=200, start=3).angles_deg
        np.testing.assert_array_equal(found, long[:short])
        np.testing.assert_array_equal(
            GoldenViews(angles=50, arc=200, start=3).with_count(short).angles_deg, found
        )


def test_a_list_keeps_its_order_and_repetitions():
    views = ListedViews(angle_list=(30, 0, 30, -400.5))
    np.testing.assert_array_equal(views.angles_deg, [30, 0, 30, -400.5])
    assert views.count == 4


@pytest.mark.parametrize(
    ("angles", "arc"),
    [
        (EvenViews().angles_deg, 180),
        (EvenViews(angles=12, arc=360, start=-100).angles_deg, 360),
        (EvenViews(angles=7, arc=120).angles_deg[[3, 1, 0, 2, 6, 5, 4, 0]], 120),
        (SERIES.angles_deg, 154),
        ((350.0, 0.0, 10.0), 30),
        ((0.0, 360.0, 720.0), 360),
        ((12.0,), 360),
        ((0.0, 10.0, 40.0), 60),
    ],
)
def test_the_arc_of_a_list_is_what_its_views_cover(angles, arc):
    assert ListedViews(angle_list=tuple(angles)).arc == pytest.approx(arc)


@pytest.mark.parametrize("count", [1, 2, 5, 12, 41, 100])
@pytest.mark.parametrize("even", [EvenViews(), EvenViews(angles=60, arc=360, start=17)])
def test_another_number_of_evenly_listed_views_is_evenly_spaced(even, count):
    listed = ListedViews(angle_list=tuple(even.angles_deg)).with_count(count)
    expected = even.with_count(count).angles_deg
    # Round the circle the widest gap, where a full turn is cut, may be any of them.
    off = (np.sort(listed.angles_deg % 360) - np.sort(expected % 360)) if even.arc < 360 else 0
    np.testing.assert_allclose(off, 0, atol=1e-5)
    assert count < 3 or np.ptp(np.diff(np.sort(listed.angles_deg % 360))) < 1e-4


@pytest.mark.parametrize("count", [1, 10, 76, 77, 200])
def test_another_number_of_views_leaves_the_gap_of_a_series(count):
    fewer = SERIES.with_count(count)
    assert fewer.count == count
    turned = (fewer.angles_deg + 180) % 360 - 180
    assert turned.min() == pytest.approx(-76)
    assert turned.max() < 78
    assert fewer.arc == pytest.approx(154) or count == 1
    assert SERIES.with_count(SERIES.count) is SERIES


def test_views_close_together_stay_close_together():
    listed = ListedViews(angle_list=(0, 1, 2, 3, 4, 100, 140)).with_count(14)
    turned = np.sort(listed.angles_deg % 360)
    assert (turned < 5).sum() > (turned > 95).sum()


@pytest.mark.parametrize(
    ("angles", "sentence"),
    [
        ((), "Angles of the views must be a list of numbers"),
        ((0.0, 800.0), "Angles of the views must be from -720 to 720 degrees, not 800"),
        ((float("nan"),), "must be from -720 to 720 degrees, not nan"),
        ((0.0,) * 721, "Angles of the views may have up to 720 numbers, not 721"),
    ],
)
def test_a_wrong_list_says_what_is_allowed(angles, sentence):
    with pytest.raises(InputError, match=sentence):
        ListedViews(angle_list=angles)


@pytest.mark.parametrize(
    "views",
    [EvenViews(angles=9, arc=100, start=-20), GoldenViews(angles=9, start=5), ListedViews()],
    ids=lambda views: views.name,
)
def test_the_lines_of_a_script_make_the_same_angles(views):
    made = {name.upper(): value for name, value in views.flat_values().items()} | {"np": np}
    exec(views.script, made)
    np.testing.assert_allclose(made["angles"], np.deg2rad(views.angles_deg), rtol=1e-12)


def test_neighbours_are_apart():
    for one, two in pairwise(GoldenViews(angles=30).angles_deg):
        assert abs(one - two) > 60

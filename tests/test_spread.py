"""Mean and standard deviation of a sample, against the standard library."""

import math
import statistics

import pytest

from core.spread import spread_of, spread_over_groups


@pytest.mark.parametrize("values", [(1.0, 2.0), (3.0, -1.0, 0.25), (5.0, 5.0, 5.0, 5.0)])
def test_the_deviation_is_that_of_a_sample(values):
    wanted = statistics.mean(values), statistics.stdev(values)
    assert spread_of(values) == pytest.approx(wanted)
    assert spread_of(value for value in values) == pytest.approx(wanted)


def test_one_value_has_no_deviation_and_no_value_no_mean():
    mean, deviation = spread_of([4.0])
    assert mean == 4.0
    assert math.isnan(deviation)
    assert all(map(math.isnan, spread_of([])))


def test_a_group_counts_once_however_many_values_it_has():
    values = [("a", 1.0), ("b", 7.0), ("a", 3.0), ("a", 2.0)]
    assert spread_over_groups(values) == pytest.approx((4.5, statistics.stdev((2.0, 7.0))))

"""Mean and standard deviation of a sample, against the standard library."""

import math
import statistics

import pytest

from core.spread import spread_of


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

import math
from dataclasses import dataclass

import pytest

from core.errors import InputError
from core.parameters import param, parameters_of, parse_values, values_of


@dataclass(frozen=True, kw_only=True)
class Sample:
    name = "sample"
    iterations: int = param(50, low=1, high=500)
    sigma: float = param(0.01, low=1e-4, high=1.0, log=True, symbol=r"\sigma", unit="m")
    window: str = param("hann", choices=("hann", "cosine"))
    non_negative: bool = param(False)
    remark: str = "not a parameter"


WHOLE, SIGMA, WINDOW, SWITCH = parameters_of(Sample)


def test_parameters_come_in_order_with_what_was_declared():
    assert [p.name for p in parameters_of(Sample)] == list(values_of(Sample()))
    assert (SIGMA.default, SIGMA.low, SIGMA.high, SIGMA.log) == (0.01, 1e-4, 1.0, True)
    assert (SIGMA.symbol, SIGMA.unit, SWITCH.title) == (r"\sigma", "m", "Non negative")
    assert parameters_of(Sample) == parameters_of(Sample(sigma=0.5))


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        (WHOLE, 0, "Iterations must be from 1 to 500, not 0"),
        (WHOLE, 2.5, "Iterations must be a whole number from 1 to 500, not 2.5"),
        (WHOLE, True, "Iterations must be a number"),
        (WHOLE, "5", "Iterations must be a number, not '5'"),
        (SIGMA, math.nan, "Sigma must be from 0.0001 to 1 m, not nan"),
        (SIGMA, math.inf, "not inf"),
        (WINDOW, "boxcar", "Window must be one of hann, cosine, not 'boxcar'"),
        (SWITCH, 1, "Non negative must be true or false, not 1"),
    ],
)
def test_a_wrong_value_says_what_is_allowed(parameter, value, sentence):
    with pytest.raises(InputError, match=sentence):
        parameter.check(value)


@pytest.mark.parametrize(
    ("parameter", "value", "cleaned"),
    [(WHOLE, 7.0, 7), (SIGMA, 1, 1.0), (WINDOW, "cosine", "cosine"), (SWITCH, True, True)],
)
def test_values_take_the_type_of_the_default(parameter, value, cleaned):
    assert parameter.clean(value) == cleaned
    assert type(parameter.clean(value)) is type(parameter.default)


@pytest.mark.parametrize("value", [1, 50, 500])
def test_what_is_written_is_read_back(value):
    assert WHOLE.parse(str(value)) == value


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (SIGMA, "2e-3", 0.002),
        (WINDOW, "cosine", "cosine"),
        (SWITCH, "True", True),
        (SWITCH, "no", False),
    ],
)
def test_text_is_read(parameter, text, value):
    assert parameter.parse(text) == value


@pytest.mark.parametrize(
    ("parameter", "text", "sentence"),
    [
        (WHOLE, "2.5", "Iterations must be a whole number, not '2.5'"),
        (SIGMA, "much", "Sigma must be a number, not 'much'"),
        (SIGMA, "nan", "not nan"),
        (SIGMA, "7", "from 0.0001 to 1 m, not 7"),
        (SWITCH, "perhaps", "true or false, not 'perhaps'"),
        (WINDOW, "", "one of hann, cosine"),
    ],
)
def test_bad_text_says_what_is_allowed(parameter, text, sentence):
    with pytest.raises(InputError, match=sentence):
        parameter.parse(text)


def test_values_are_read_by_name():
    assert parse_values(Sample, {"iterations": "9", "window": "hann"}) == {
        "iterations": 9,
        "window": "hann",
    }
    with pytest.raises(InputError, match="sample has no parameter 'sigmoid'; it has iterations,"):
        parse_values(Sample, {"sigmoid": "1"})


@pytest.mark.parametrize(
    ("parameter", "value", "near"),
    [
        (WHOLE, 10_000, 500),
        (WHOLE, 7.4, 7),
        (SIGMA, -1.0, 1e-4),
        (SIGMA, math.nan, 0.01),
        (WINDOW, "boxcar", "hann"),
        (WINDOW, "cosine", "cosine"),
        (SWITCH, "yes", False),
    ],
)
def test_the_nearest_allowed_value(parameter, value, near):
    assert parameter.nearest(value) == near

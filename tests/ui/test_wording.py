import math

import pytest

from core.number_format import (
    decibels,
    mean_text,
    or_dash,
    percent,
    plural,
    readable,
    scientific,
    significant,
    with_minus,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [(2546.3, "2550"), (15.61, "15.6"), (0.02517, "0.0252"), (1234567.0, "1230000"), (3.0, "3")],
)
def test_a_number_that_can_be_written_out_has_no_power_of_ten(number, text):
    assert significant(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e-5, "1×10⁻⁵"),
        (-2.5167e-7, "−2.52×10⁻⁷"),
        (9.9996e-5, "0.0001"),
        (0.00012345, "0.000123"),
        (4.2e15, "4.2×10¹⁵"),
        (0.0, "0"),
    ],
)
def test_what_is_too_small_to_be_written_out_has_a_power_of_ten_as_in_figures(number, text):
    assert significant(number) == text


def test_shares_and_counts():
    assert percent(1e-7) == "1×10⁻⁵ %"
    assert [percent(share) for share in (0.9999, 0.1234, 0.00139)] == ["100 %", "12 %", "0.14 %"]
    assert (plural(1, "view"), plural(41, "view")) == ("1 view", "41 views")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_in_the_place_of_no_number_stands_a_dash(number):
    assert decibels(number) == percent(number) == or_dash(number, ".2f") == "–"
    assert scientific(number) == r"\text{–}"
    assert mean_text(number, 1.0, ".1f") == "–"


def test_decibels_have_a_true_minus():
    assert (decibels(-2.54), decibels(-0.01), decibels(20.126, 2)) == (
        "−2.5 dB",
        "0.0 dB",
        "20.13 dB",
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (6.89e-4, "6.89×10⁻⁴"),
        (-36320.0, "−36320"),
        (2.497e11, "2.497×10¹¹"),
        (0.0034341, "0.003434"),
        (-0.0, "0"),
        (float("nan"), "no value"),
    ],
)
def test_powers_of_ten_and_minus_signs_are_true_ones(number, text):
    assert readable(number) == text


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("SNR -2.86 dB", "SNR −2.86 dB"),
        ("-3 to -.5", "−3 to −.5"),
        ("from -1 (x-1, 3-4, e-05)", "from −1 (x-1, 3-4, e-05)"),
        ("Shepp-Logan, 2026-11-29", "Shepp-Logan, 2026-11-29"),
    ],
)
def test_a_hyphen_before_a_number_is_a_minus(text, better):
    assert with_minus(text) == better


@pytest.mark.parametrize(
    ("mean", "form", "text"),
    [
        (-0.284, "+.2f", "−0.28 ± 0.13"),
        (2.5, "+.2f", "+2.50 ± 0.13"),
        (-0.001, "+.2f", "+0.00 ± 0.13"),
        (-0.001, ".1f", "0.0 ± 0.1"),
    ],
)
def test_a_mean_with_its_deviation(mean, form, text):
    assert mean_text(mean, 0.13, form) == text
    # One value has no deviation, and no value no mean.
    assert mean_text(mean, math.nan, form) == text.split(" ±")[0]
    assert mean_text(math.nan, math.nan, form) == "–"

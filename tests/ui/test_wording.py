import pytest

from core.number_format import percent, plural, readable, significant, with_minus


@pytest.mark.parametrize(
    ("number", "text"),
    [(2546.3, "2550"), (15.61, "15.6"), (0.02517, "0.0252"), (1234567.0, "1230000"), (3.0, "3")],
)
def test_no_number_is_written_with_a_power_of_ten(number, text):
    assert significant(number) == text


def test_shares_and_counts():
    assert [percent(share) for share in (0.9999, 0.1234, 0.00139)] == ["100 %", "12 %", "0.14 %"]
    assert (plural(1, "view"), plural(41, "view")) == ("1 view", "41 views")


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

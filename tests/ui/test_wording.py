import pytest

from core.ui.wording import percent, plural, significant


@pytest.mark.parametrize(
    ("number", "text"),
    [(2546.3, "2550"), (15.61, "15.6"), (0.02517, "0.0252"), (1234567.0, "1230000"), (3.0, "3")],
)
def test_no_number_is_written_with_a_power_of_ten(number, text):
    assert significant(number) == text


def test_shares_and_counts():
    assert [percent(share) for share in (0.9999, 0.1234, 0.00139)] == ["100 %", "12 %", "0.14 %"]
    assert (plural(1, "view"), plural(41, "view")) == ("1 view", "41 views")

"""Numbers as people read them."""

import math


def count(number: float) -> str:
    """Write a whole number with thin gaps between thousands: 102 400."""
    return f"{number:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def scientific(number: float, digits: int = 2) -> str:
    r"""Write a number in LaTeX with a power of ten: 3.2 \times 10^{-7}, or plainly near 1."""
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    power = math.floor(math.log10(abs(number)))
    if -3 < power < 4:
        return f"{number:.{max(digits - 1 - power, 0)}f}"
    return f"{number / 10.0**power:.{digits - 1}f} \\times 10^{{{power}}}"

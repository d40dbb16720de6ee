"""Numbers as people read them."""

import math
import re

DASH = "–"
"""What stands in the place of a number that there is none of."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def count(number: float) -> str:
    """Write a whole number with thin gaps between thousands: 102 400."""
    return f"{number:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def significant(number: float, digits: int = 3) -> str:
    """Write a number with `digits` significant digits: 0.025, 2500.

    It has a power of ten, as in figures, only below 0.0001 and from 10¹⁵ on: 2.5×10⁻⁵.
    """
    text = f"{float(f'{number:.{digits}g}'):.15g}"
    return _with_power_of_ten(number, digits) if "e" in text else text


def percent(share: float) -> str:
    """Write a share with two significant digits: 0.14 %, 12 %, 100 %; a dash where it has none."""
    return f"{significant(100 * share, 2)} %" if math.isfinite(share) else DASH


def or_dash(number: float, form: str, unit: str = "") -> str:
    """Write a number with its unit in a format: −2.5 dB; a dash where it is not finite."""
    if not math.isfinite(number):
        return DASH
    written = f"{number:{form.replace('.', 'z.')}}"  # without the minus of a zero
    return written.replace("-", "−") + unit


def decibels(ratio: float, digits: int = 1) -> str:
    """Write an SNR or a PSNR, a dash where it is not finite: of an empty image there is none."""
    return or_dash(ratio, f".{digits}f", " dB")


def with_minus(text: str) -> str:
    """A text in which a hyphen before a number that nothing stands before is a minus: −2.5 dB."""
    return re.sub(r"(?<![\w.)−-])-(?=\.?\d)", "−", text)


def mean_text(mean: float, deviation: float, form: str) -> str:
    """Write a mean with its deviation: −0.28 ± 0.13; a "+" in `form` is for the mean alone.

    The deviation is NaN where there is one value, which has none: −0.28. No value is a dash.
    """
    written = or_dash(mean, form)
    alone = math.isnan(deviation) or not math.isfinite(mean)
    return written if alone else f"{written} ± {deviation:{form.removeprefix('+')}}"


def plural(number: int, word: str) -> str:
    """Write a number with its word: 1 view, 2 views."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def readable(number: float, digits: int = 4) -> str:
    """Write a number as the figures do: 0.0142, −36320, 6.89×10⁻⁴.

    At most `digits` digits that count, and a power of ten from 100 000 on and below 0.001;
    `core/ui/figures/frontend/numbers.js` has the same for the browser.
    """
    if not math.isfinite(number):
        return "no value"
    rounded = float(f"{number:.{digits}g}")
    if rounded == 0 or 1e-3 <= abs(rounded) < 1e5:
        return f"{rounded or 0.0:.15g}".replace("-", "−")
    return _with_power_of_ten(number, digits)


def _with_power_of_ten(number: float, digits: int) -> str:
    mantissa, power = f"{number:.{digits - 1}e}".split("e")
    text = f"{float(mantissa):g}".replace("-", "−")
    return f"{text}×10{str(int(power)).translate(_SUPERSCRIPTS)}"


def scientific(number: float, digits: int = 2) -> str:
    r"""Write a number in LaTeX with a power of ten: 3.2 \times 10^{-7}, or plainly near 1.

    A dash where it is not finite.
    """
    if not math.isfinite(number):
        return rf"\text{{{DASH}}}"
    if number == 0:
        return "0"
    power = math.floor(math.log10(abs(number)))
    if -3 < power < 4:
        return f"{number:.{max(digits - 1 - power, 0)}f}"
    return f"{number / 10.0**power:.{digits - 1}f} \\times 10^{{{power}}}"

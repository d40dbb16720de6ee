"""Where sliders stop: at round numbers, evenly or by decades."""

import math

from core.parameter import Parameter


def round_step(low: float, high: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that takes 100 steps or more from low to high.

    It is the longest that stops at round numbers and at both ends, or, where that would take more
    than 1000 steps, the longest of all: a slider's browser lets its last step end beyond `high`.
    """
    power = math.floor(math.log10((high - low) / 100))
    steps = [float(f"{m}e{power - k}") for k in (0, 1) for m in (5, 2, 1)]
    steps = [step for step in steps if 100 * step <= high - low <= 1000 * step]
    return next((s for s in steps if _divides(s, low) and _divides(s, high)), steps[0])


def _divides(step: float, value: float) -> bool:
    return math.isclose(value / step, round(value / step), rel_tol=0, abs_tol=1e-6)


def log_stops(parameter: Parameter) -> list[float]:
    """Ten stops a decade from the lowest to the highest value, which are stops themselves.

    A lowest value of 0 stands below the decades.
    """
    low = parameter.log_low
    if low is None or parameter.low is None or parameter.high is None or low <= 0:
        raise ValueError(f"{parameter.name} is logarithmic and needs bounds, of 0 or above.")
    mantissas = (1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(parameter.high)))
    stops = [float(f"{m}e{decade}") for decade in decades for m in mantissas]
    within = [s for s in stops if low < s < parameter.high]
    ends = [parameter.low, low, *within, parameter.high]
    if isinstance(parameter.default, int):
        return sorted({round(s) for s in ends})
    return sorted({float(s) for s in ends})

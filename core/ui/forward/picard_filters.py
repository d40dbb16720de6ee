"""The filters of the step on Picard's condition: their controls, stops, equations and factors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array
from core.parameter import Parameter
from core.studies import filter_factors
from core.studies.filter_factors import Coefficients

FILTER = Parameter(
    name="picard.filter",
    default="tsvd",
    choices=("tsvd", "tikhonov", "landweber", "cgls"),
    words={
        "tsvd": "Truncated SVD",
        "tikhonov": "Tikhonov",
        "landweber": "Landweber",
        "cgls": "CGLS",
    },
    title="Filter",
    listed=True,
)
TERMS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 60, 80, 100, 130, 160, 200, 250, 300, 400, 600, 1024)
PENALTIES = tuple(float(f"{10 ** (exponent / 6):.2g}") for exponent in range(-24, 1))
STEPS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000)
CGLS_STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30, 40, 50, 70, 100)


@dataclass(frozen=True, kw_only=True)
class Strength:
    """How a filter is set: its parameter, the stops, and what its axis is called."""

    parameter: Parameter
    stops: Sequence[float]
    axis: str
    equation: str
    log: bool = True


STRENGTHS = {
    "tsvd": Strength(
        parameter=Parameter(
            name="picard.terms", default=100, low=1, high=1024, title="Terms", symbol="k"
        ),
        stops=TERMS,
        axis="terms k",
        equation="\\varphi_i = 1\\;(i \\le k),\\quad 0\\;(i > k)",
    ),
    "tikhonov": Strength(
        parameter=Parameter(
            name="picard.penalty",
            default=0.1,
            low=PENALTIES[0],
            high=1.0,
            title="Penalty",
            symbol="\\lambda / \\sigma_1",
        ),
        stops=PENALTIES,
        axis="λ / σ₁",
        equation="\\varphi_i = \\frac{\\sigma_i^2}{\\sigma_i^2 + \\lambda^2}",
    ),
    "landweber": Strength(
        parameter=Parameter(
            name="picard.steps", default=30, low=1, high=STEPS[-1], title="Iterations", symbol="k"
        ),
        stops=STEPS,
        axis="iterations k",
        equation="\\varphi_i = 1 - (1 - \\sigma_i^2/\\sigma_1^2)^k",
    ),
    "cgls": Strength(
        parameter=Parameter(
            name="picard.cgls_steps", default=6, low=1, high=100, title="Iterations", symbol="k"
        ),
        stops=CGLS_STEPS,
        axis="iterations k",
        equation="\\varphi_i = 1 - R_k(\\sigma_i^2)",
    ),
}


def all_factors(filter: str, amounts: Sequence[float], known: Coefficients) -> Float64Array:
    """The filter factors (amounts, rank) for each amount."""
    if filter == "cgls":
        every: Float64Array = filter_factors.cgls(known.values, known.data, int(max(amounts)))
        return np.take(every, np.asarray(amounts, int) - 1, axis=0)
    return np.stack([factors_of(filter, amount, known) for amount in amounts])


def factors_of(filter: str, amount: float, known: Coefficients) -> Float64Array:
    """The filter factors (rank,) for one amount."""
    values = known.values
    if filter == "tsvd":
        return filter_factors.truncated(values, int(amount))
    if filter == "tikhonov":
        return filter_factors.tikhonov(values, amount * values[0])
    if filter == "landweber":
        return filter_factors.landweber(values, int(amount))
    last: Float64Array = filter_factors.cgls(values, known.data, int(amount))[-1]
    return last

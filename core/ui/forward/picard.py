"""A step on ill-posed problems: Picard's condition, and regularisation as a filter."""

import numpy as np
import streamlit as st

from core.array_types import Float64Array
from core.number_format import percent, scientific, significant
from core.parameter import Parameter
from core.problem.scan import Scan
from core.projection.small_grid import SmallScanner
from core.studies.filter_factors import Coefficients, coefficients
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.forward.matrix import SMALL_VIEWS, VIEWS, scanner
from core.ui.forward.picard_filters import FILTER, STRENGTHS, Strength, all_factors, factors_of
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, GREEN, ORANGE, RED, SLATE, LineStyle

GRID = 32
NOISE = Parameter(
    name="picard.noise",
    default=0.01,
    low=0.0,
    high=0.1,
    title="Noise",
    help="Standard deviation of white noise, as a share of the mean of |Gm|.",
)
NOISES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
WORDS = """\
**Well-posed**, said Hadamard, is a problem whose solution exists, is unique, and changes little
when the data change little. Here each of the three fails: noisy data are no $Gm$ of any image,
$G m_0 = 0$ hides a part, and small singular values magnify errors. **Picard's condition**: the sum
is useful only while $|u_i^\\top d|$ falls faster than $\\sigma_i$. Noise does not fall at all, so
from some $i$ on the sum adds nothing but noise."""
EQUATIONS = (
    "m = \\sum_i \\frac{u_i^\\top d}{\\sigma_i}\\,v_i",
    "\\hat m = \\sum_i \\varphi_i\\,\\frac{u_i^\\top d}{\\sigma_i}\\,v_i",
)
FILTERED = """\
**Every cure is a filter.** $\\varphi_i$ says how much of the term $i$ is believed. Believe too
little and the image is blurred (*bias*), too much and it is noisy (*variance*); their sum is the
expected error, and it has a minimum in between."""
SOURCES = (
    "Sources: J. Hadamard, Princeton University Bulletin 13 (1902) 49–52; P. C. Hansen, BIT 30 "
    "(1990) 658–672, doi:10.1007/BF01933214; P. C. Hansen, Rank-Deficient and Discrete Ill-Posed "
    "Problems, SIAM, 1998, doi:10.1137/1.9780898719697; P. C. Hansen, Discrete Inverse Problems, "
    "SIAM, 2010, doi:10.1137/1.9780898718836."
)


@part
def show(scan: Scan) -> None:
    """Draw the Picard plot, the filter factors, the images and how their error is made up."""
    text_with_equations(WORDS, *EQUATIONS)
    places = st.columns(4, gap="medium")
    with places[0]:
        views = control(SMALL_VIEWS, options=VIEWS, label="Views of the small scanner")
    with places[1]:
        level = control(NOISE, options=NOISES, show=lambda share: f"{100 * share:g} %")
    with places[2]:
        filter = str(control(FILTER))
    strength = STRENGTHS[filter]
    with places[3]:
        amount = control(strength.parameter, options=strength.stops)
    small = scanner(scan, GRID, views)
    image = cached.truth(scan.image, GRID).astype(np.float64)
    known = coefficients(small, image, level)
    factors = all_factors(filter, strength.stops, known)
    chosen = factors_of(filter, amount, known)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _picard(known)
    with right:
        _errors(strength, amount, factors, known, image)
    text_with_equations(FILTERED, strength.equation)
    left, right = st.columns([2, 1], gap="small", vertical_alignment="bottom")
    with left:
        _images(small, image, known, chosen)
    with right:
        _filter(known, chosen)
    st.markdown(_verdict(filter, known, chosen, image))
    st.caption(SOURCES)
    things_to_try(
        "Set the noise to 0: how far do the coefficients of the data fall now?",
        "Find the $k$ with the least error at 1 % of noise, then at 5 %.",
        "Compare the corners: *Tikhonov* and *Landweber* pass smoothly, *Truncated SVD* cuts.",
        "*CGLS* needs far fewer iterations than *Landweber* for the same error. And to go wrong?",
        "Choose *Limited angle* on the left: the singular values fall faster.",
    )


def _picard(known: Coefficients) -> None:
    number = np.arange(1, len(known.values) + 1)

    points = [
        Series(
            name=name,
            x=number,
            y=np.abs(y),
            style=LineStyle(colour=colour),
            width=1.2,
            markers=True,
        )
        for name, y, colour in (
            ("|uᵢᵀd| / σᵢ", known.data / known.values, ORANGE),
            ("|uᵢᵀd|", known.data, SLATE),
            ("|uᵢᵀGm|, no noise", known.clean, GREEN),
        )
    ]
    values = Series(name="σᵢ", x=number, y=known.values, style=LineStyle(colour=BLUE), width=3)
    curves(
        [*points, values],
        key="picard",
        x_title="i",
        y_title="size",
        log_y=True,
        marks=_take_over(known),
        alt="Picard plot: singular values, coefficients of the data, and their quotient.",
        height=300,
    )


def _take_over(known: Coefficients) -> list[Mark]:
    """Where the sum begins to add more noise than image, if it does."""
    if not known.deviation or known.best_terms == len(known.values):
        return []
    return [Mark(x=known.best_terms, name="noise takes over")]


def _filter(known: Coefficients, chosen: Float64Array) -> None:
    curves(
        [
            Series(
                name="φᵢ",
                x=np.arange(1, len(chosen) + 1),
                y=chosen,
                style=LineStyle(colour=RED),
                width=2.5,
            )
        ],
        key="filter_factors",
        x_title="i",
        y_title="filter factor φᵢ",
        marks=_take_over(known),
        alt="The filter factors of the chosen method.",
        height=300,
    )


def _images(
    small: SmallScanner, image: Float64Array, known: Coefficients, chosen: Float64Array
) -> None:
    naive = np.ones_like(chosen)
    image_panels(
        [
            Panel(title="The image m", image=image, low=0, high=1, alt="The true image."),
            *(
                Panel(
                    title=title,
                    image=small.image_of(known.solution(factors)),
                    low=0,
                    high=1,
                    caption=f"error {percent(_relative(known.error(factors), image))}",
                    alt=alt,
                )
                for title, factors, alt in (
                    ("Every term", naive, "The image of the whole sum, with its noise."),
                    ("Filtered", chosen, "The image of the filtered sum."),
                )
            ),
        ],
        key="picard_images",
        columns=3,
        tallest=300,
    )


def _relative(square: float, image: Float64Array) -> float:
    return float(np.sqrt(square) / (np.linalg.norm(image) or 1.0))


def _errors(
    strength: Strength,
    amount: float,
    factors: Float64Array,
    known: Coefficients,
    image: Float64Array,
) -> None:
    whole = float(np.sum(np.square(image))) or 1.0
    amounts = np.asarray(strength.stops, np.float64)
    bias, variance = (
        np.array([measure(row) for row in factors]) / whole
        for measure in (known.bias, known.variance)
    )
    lines = [
        Series(name="bias²", x=amounts, y=bias, style=LineStyle(colour=BLUE)),
        Series(name="variance", x=amounts, y=variance, style=LineStyle(colour=ORANGE)),
        Series(
            name="error",
            x=amounts,
            y=bias + variance,
            style=LineStyle(colour=RED),
            width=3,
            best="lowest",
        ),
    ]
    curves(
        lines,
        key="bias_variance",
        x_title=strength.axis,
        y_title="share of ‖m‖²",
        log_x=True,
        log_y=True,
        marks=[Mark(x=float(amount), name="yours")],
        alt="Bias and variance, and the expected error that they add up to.",
        height=300,
    )


def _verdict(filter: str, known: Coefficients, chosen: Float64Array, image: Float64Array) -> str:
    bias, variance = known.bias(chosen), known.variance(chosen)
    whole = float(np.sum(np.square(image))) or 1.0
    # The factors of CGLS come from the noisy data: another draw would have others.
    expected = (
        "With the filter factors of this draw held fixed, its expected error"
        if filter == "cgls"
        else "Its expected error"
    )
    return (
        f"The first {known.best_terms} of {len(known.values)} terms have the least expected "
        f"error, and this filter believes about {significant(float(chosen.sum()))}. {expected} "
        f"is bias² ${scientific(bias / whole)}$ and variance "
        f"${scientific(variance / whole)}$ of "
        f"$\\|m\\|^2$; with this draw of the noise it is "
        f"${scientific(known.error(chosen) / whole)}$."
    )

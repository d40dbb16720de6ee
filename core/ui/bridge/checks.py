"""Step 4: the dot test, PyTorch's two checks, and finite differences."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pylops
import streamlit as st

from core.markdown_table import markdown_table
from core.parameter import Parameter
from core.problem.scan import Scan
from core.projection.autograd import bridge
from core.projection.projector import Projector, make_projector
from core.projection.small_grid import shrink
from core.recipes.bridge import checks, demo
from core.ui import cached
from core.ui.bridge.common import code
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Mark, Series, curves
from core.ui.lesson import steps, text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, ORANGE, LineStyle

SIZE, VIEWS = 12, 9
EXPONENTS = np.arange(0, 14.25, 0.25)
OPERATOR = Parameter(
    name="check.operator", default="scan", choices=("scan", *demo.operators(demo.SIZE))
)
STEP = Parameter(name="check.h", default=5.0, low=0.0, high=14.0)
SEED = Parameter(name="check.seed", default=0, low=0, high=999)
TABS = {"products": "Dot test and gradcheck", "differences": "Finite differences"}
WORDS = """\
**The dot test** is all that a linear map needs: random $x$ and $v$ with signs, both sides equal to
rounding. PyTorch's **gradcheck** compares the whole Jacobian with finite differences, in float64;
**gradgradcheck** differentiates the gradient in turn.

`TorchOperator` passes the first only: its backward leaves PyTorch and comes back as a plain array,
so a second derivative finds nothing to follow. (Its method `adjoint`, since PyLops 2.8, is bridged
itself: a network that is unrolled can call it.)

Where the backward is itself a bridged operator, $v \\mapsto G^\\top v$ has the Jacobian $G^\\top$,
and one may differentiate as often as one likes."""
DIFFERENCES = """\
**Finite differences** check any function, here a nonlinear one of $Gm$. The error against the step
$h$ is a **V**, and its tip is the best that differences can do. A wrong gradient has no V: its
error stays where it is.

Too large a step $h$, and the curvature shows: the error of the one-sided quotient grows with $h$,
of the central one with $h^2$. Too small, and the subtraction cancels all digits: the error grows
with $1/h$. The tip is at $\\sqrt{\\epsilon}$ or $\\sqrt[3]{\\epsilon}$ of the size of the variable,
where $\\epsilon$ is the rounding error."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The dot test in both precisions, and the verdicts by the name of the bridge."""

    single: checks.DotTest
    double: checks.DotTest
    verdicts: dict[str, tuple[checks.Verdict, checks.Verdict]]
    refused: checks.Verdict


def show(scan: Scan) -> None:
    """Check the operator and its bridges, or find the step of finite differences."""
    tab, place = steps(TABS, name="check.tab")
    with place:
        (_differences if tab == "differences" else _products)(scan)


@part
def _products(scan: Scan) -> None:
    """Run every check on the operator chosen."""
    text_with_equations(WORDS, r"\langle Gx, v\rangle = \langle x, G^\top v\rangle")
    left, right = st.columns([3, 1], gap="large")
    with left:
        name = control(OPERATOR, label="Operator $G$")
    with right:
        seed = int(control(SEED, typed=True, label="Seed of $x$ and $v$"))
    geometry = (shrink(scan.beam, scan.size, SIZE, VIEWS), scan.kernel)
    checked = cached.memoize(
        "bridge checks",
        (name, seed),
        geometry if name == "scan" else (),
        compute=lambda: _check(scan, name, seed),
    )
    _table(checked)
    st.caption(f"In PyTorch's own words, of TorchOperator: “{checked.refused.words}”")
    things_to_try("Change the seed: the dot test's last digits change, its verdict does not.")
    parts = (
        checks.WithAdjoint,
        checks.with_adjoint,
        checks.dot_test,
        checks.torch_checks,
        checks.twice,
    )
    code(checks, *parts, SEED=seed)


def _scan(scan: Scan) -> Projector:
    return make_projector(SIZE, shrink(scan.beam, scan.size, SIZE, VIEWS), scan.kernel)


def _check(scan: Scan, name: str, seed: int) -> Checked:
    if name == "scan":
        single: Any = _scan(scan)
        double = checks.in_double(single.matrix(), single.dims, single.dimsd)
    else:
        double = demo.operators(SIZE)[name]
        matrix = double.tosparse().astype(np.float32)
        single = pylops.MatrixMult(matrix, dtype="float32")
        single.dims, single.dimsd = double.dims, double.dimsd
    bridges = {
        "pylops.TorchOperator": pylops.TorchOperator(double).apply,
        "the one in the code": checks.with_adjoint(double),
        "this laboratory's": bridge(double),
    }
    return Checked(
        single=checks.dot_test(single, seed),
        double=checks.dot_test(double, seed),
        verdicts={
            title: checks.torch_checks(function, double.dims, seed)
            for title, function in bridges.items()
        },
        refused=checks.twice(bridges["pylops.TorchOperator"], double.dims),
    )


def _table(checked: Checked) -> None:
    left, right = st.columns(2, gap="large")
    sides = ["$\\langle Gx, v\\rangle$", "$\\langle x, G^\\top v\\rangle$"]
    rows = []
    for name, test in (("float32", checked.single), ("float64", checked.double)):
        digits = 7 if name == "float32" else 12
        values = (f"{side:.{digits}g}".replace("-", "−") for side in (test.left, test.right))
        rows.append([name, *values, f"{test.error:.0e}"])
    left.markdown(markdown_table(["dot test", *sides, "apart"], rows))
    rows = []
    for title, verdicts in checked.verdicts.items():
        words = (":green[passes]" if v.passed else ":red[**fails**]" for v in verdicts)
        rows.append([title, *words])
    headings = ["the bridge", "gradcheck", "gradgradcheck"]
    right.markdown(markdown_table(headings, rows, align="l"))


@part
def _differences(scan: Scan) -> None:
    """Draw the V of finite differences, and read it at one step."""
    text_with_equations(
        DIFFERENCES,
        r"F(m) = \tfrac12\lVert e^{-sGm} - I\rVert^2",
        r"\frac{F(m+hp)-F(m)}{h} \approx \langle\nabla F, p\rangle",
    )
    left, right = st.columns([3, 1], gap="large")
    with left:
        exponent = control(
            STEP,
            options=tuple(float(e) for e in EXPONENTS),
            show=lambda e: f"10⁻{_raised(e)}" if e else "1",
            label="Step $h$",
        )
    with right:
        seed = int(control(SEED, typed=True, label="Seed of $p$"))
    geometry = (shrink(scan.beam, scan.size, SIZE, VIEWS), scan.kernel)
    single, double = cached.memoize(
        "bridge differences", scan.image, seed, geometry, compute=lambda: _both(scan, seed)
    )
    at = int(np.argmin(abs(EXPONENTS - exponent)))
    places = st.columns(4)
    for place, (title, errors) in zip(
        places,
        {
            "float32, one-sided": single.one_sided,
            "float32, central": single.central,
            "float64, one-sided": double.one_sided,
            "float64, central": double.central,
        }.items(),
        strict=True,
    ):
        digits = max(0, math.floor(-math.log10(max(errors[at], 1e-17))))
        place.metric(
            title, f"{errors[at]:.1e}", f"{digits} digits", delta_color="off", delta_arrow="off"
        )
    _draw(single, double, float(10.0**-exponent))
    things_to_try("Move $h$ to the tip of each V and read how many digits agree.")
    code(checks, checks.with_adjoint, checks.finite_differences, SEED=seed)


def _raised(exponent: float) -> str:
    digits = str.maketrans("0123456789.", "⁰¹²³⁴⁵⁶⁷⁸⁹·")
    return f"{exponent:g}".translate(digits)


def _both(scan: Scan, seed: int) -> tuple[checks.Differences, checks.Differences]:
    single = _scan(scan)
    double = checks.in_double(single.matrix(), single.dims, single.dimsd)
    image, steps = scan.image.read(SIZE), 10.0**-EXPONENTS
    return (
        checks.finite_differences(single, image, steps, seed),
        checks.finite_differences(double, image, steps, seed),
    )


def _draw(single: checks.Differences, double: checks.Differences, step: float) -> None:
    series = []
    for precision, found, colour in (("float32", single, ORANGE), ("float64", double, BLUE)):
        for kind, errors, dash in (
            ("one-sided", found.one_sided, "solid"),
            ("central", found.central, "dash"),
        ):
            series.append(
                Series(
                    name=f"{precision}, {kind}",
                    x=found.steps,
                    y=np.maximum(errors, 1e-17),
                    style=LineStyle(colour=colour, dash=dash),
                )
            )
    curves(
        series,
        key="differences",
        x_title="step h",
        y_title="relative error of the slope",
        log_x=True,
        log_y=True,
        marks=[Mark(x=step, name="h on the slider")],
        alt="The error of finite differences against the step: a V for each precision.",
        height=320,
    )

"""Step 1: a chain with G at its end, and the two routes that take G into PyTorch."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pylops
import streamlit as st
import torch

from core.array_types import FloatArray
from core.errors import InputError
from core.markdown_table import markdown_table
from core.parameter import Parameter
from core.problem.scan import Scan
from core.projection.projector import make_projector
from core.recipes.bridge import chain
from core.ui import cached
from core.ui.bridge.common import code, scaled, signed_panel
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, ORANGE, LineStyle

SIZES = (32, 64, 128, 192, 256, 320)
REPEATS = 5
LIMIT = 200e6
"""The largest sparse tensor, in bytes, that a visitor may ask for."""

OPERATOR = Parameter(name="chain.operator", default="scan", choices=("scan", "derivative"))
SIZE = Parameter(name="chain.size", default=64, low=SIZES[0], high=SIZES[-1])
MEASURE = Parameter(
    name="chain.measure",
    default=False,
    help="Takes some seconds the first time: for each size both routes are built and timed.",
)
WORDS = """\
A chain of functions ends in a linear map, $f_3 = G$. The gradient is a product of Jacobians, and
backpropagation starts at the loss and works back, one vector at a time: it never needs a
Jacobian, only $J^\\top v$. There are two ways to teach PyTorch about $G$. **Write** it in
PyTorch's own operations, a convolution for a derivative, a sparse tensor for the scan: PyTorch
then differentiates what it knows, and keeps on its *tape* what it will need. Or **tell** it the
Jacobian: a function with $Gx$ as its forward and $G^\\top v$ as its backward."""


@dataclass(frozen=True, kw_only=True)
class Routes:
    """What both routes took at one size."""

    written: chain.Measured
    given: chain.Measured

    @property
    def difference(self) -> float:
        """Of the two gradients, relative to the largest entry."""
        first, second = self.written.gradient, self.given.gradient
        return float(abs(first - second).max() / abs(first).max())


@part
def show(scan: Scan) -> None:
    """Walk the chain there and back, and measure the two routes."""
    text_with_equations(
        WORDS,
        r"y = f_3(f_2(f_1(x))), \quad f_3(u) = G\,u",
        r"\Bigl(\frac{\partial y}{\partial x}\Bigr)^{\!\top} v = "
        r"J_1^\top \bigl(J_2^\top \bigl(G^\top v\bigr)\bigr)",
    )
    left, right = st.columns(2, gap="large")
    with left:
        name = control(
            OPERATOR, label="$f_3$", words={"scan": "The scan", "derivative": "∂/∂z, a derivative"}
        )
    with right:
        size = int(control(SIZE, options=SIZES, show=lambda n: f"{n:g} × {n:g}", label="Image"))
    values, products = cached.memoize(
        "bridge walk", name, size, scan.image, _geometry(scan, name, size),
        compute=lambda: chain.walk(
            chain.with_adjoint(_operator(scan, name, size)), _image(scan, size)
        ),
    )  # fmt: skip
    _pictures(values, products)
    routes = _routes(scan, name, size)
    st.markdown(_compared(routes))
    if control(MEASURE, label="Measure both routes from 32² to 320²"):
        _table(scan, name)
    things_to_try(
        "Read the pictures as a loop: forward to the right, and below it back to the left, for "
        "the loss $L = \\tfrac12\\lVert y\\rVert^2$.",
        "Measure the *derivative* too: its tape holds a second copy of the image; with a given "
        "adjoint it holds nothing.",
    )
    written = chain.written_scan if name == "scan" else chain.written_derivative
    code(
        chain, chain.WithAdjoint, chain.with_adjoint, written, chain.f1, chain.f2, chain.walk,
        chain.measure,
        OPERATOR=name, SIZE=size,
    )  # fmt: skip


def _geometry(scan: Scan, name: str, size: int) -> Any:
    return (scaled(scan, size), scan.kernel) if name == "scan" else ()


def _image(scan: Scan, size: int) -> torch.Tensor:
    return torch.from_numpy(cached.truth(scan.image, size).copy())


def _operator(scan: Scan, name: str, size: int) -> Any:
    if name == "scan":
        return make_projector(size, scaled(scan, size), scan.kernel)
    return pylops.FirstDerivative((size, size), axis=0, dtype="float32")


def _routes(scan: Scan, name: str, size: int) -> Routes:
    return cached.memoize(
        "bridge routes",
        name,
        size,
        _geometry(scan, name, size),
        compute=lambda: measure_routes(scan, name, size),
    )


def measure_routes(scan: Scan, name: str, size: int) -> Routes:
    """Time and weigh both routes; `InputError` when the sparse tensor would be too large."""
    operator = _operator(scan, name, size)
    function: chain.Function = chain.written_derivative
    if name == "scan":
        beam = scaled(scan, size)
        # Some 4/π pixels of width and one detector's edge: what a view meets of each pixel.
        needed = 8 * size**2 * beam.view_count * (4 / np.pi / beam.detector_width + 1)
        if needed > LIMIT:
            raise InputError(
                f"As a sparse tensor, this scan at {size} × {size} with {beam.view_count} angles "
                f"would take about {needed / 1e6:.0f} MB; the limit here is {LIMIT / 1e6:.0f} MB. "
                "Take a smaller image or fewer angles."
            )
        function = chain.written_scan(operator.matrix(), operator.dimsd)
    written, given = chain.two_routes(operator, function, REPEATS)
    return Routes(written=written, given=given)


def _pictures(values: list[FloatArray], products: list[FloatArray]) -> None:
    forward = ("x", "f₁(x) = w ⊙ x", "f₂ = log(1 + exp(·))", "y = G f₂")
    back = ("∂L/∂x = J₁ᵀJ₂ᵀGᵀv", "J₂ᵀGᵀv", "Gᵀv", "v = ∂L/∂y = y")
    image_panels(
        [
            *(
                Panel(title=title, image=value, alt=f"Forward: {title}.")
                for title, value in zip(forward, values, strict=True)
            ),
            *(
                signed_panel(title, product, alt=f"Backward: {title}.")
                for title, product in zip(back, products[::-1], strict=True)
            ),
        ],
        key="chain",
        columns=4,
        link_zoom=False,
        tallest=240,
        narrowest=110,  # four in a row, or the loop is none
    )


def _compared(routes: Routes) -> str:
    headings = ["route", "forward", "backward", "tape of $f_1$, $f_2$", "tape of $f_3$"]
    rows = []
    for name, route in (("written", routes.written), ("given", routes.given)):
        first, second, third = route.tape_bytes
        seconds = (route.forward_seconds, route.backward_seconds)
        kept = (_bytes(first + second), f"**{_bytes(third)}**")
        rows.append([name, *map(_milliseconds, seconds), *kept])
    differ = f"The two gradients differ by {routes.difference:.0e}, relative."
    return f"{markdown_table(headings, rows)}\n\n{differ}"


def _milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.2g} ms" if seconds < 0.1 else f"{1e3 * seconds:.0f} ms"


def _bytes(count: int) -> str:
    return f"{count / 1e6:.3g} MB" if count >= 1e5 else f"{count / 1e3:.3g} kB"


def _table(scan: Scan, name: str) -> None:
    """Measure size after size, and draw time and memory of both routes."""
    bar = st.progress(0.0)
    found: dict[int, Routes] = {}
    for number, size in enumerate(SIZES):
        bar.progress(number / len(SIZES), f"measuring {size} × {size}")
        try:
            found[size] = _routes(scan, name, size)
        except InputError as error:
            st.warning(str(error))
            break
    bar.empty()
    if not found:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        _curves(found, "seconds", "forward and backward / ms")
    with right:
        _curves(found, "tape", "kept for the way back / MB")
    headings = ["image", "written", "its tape", "given", "its tape", "gradients differ by"]
    rows = []
    for size, routes in found.items():
        cells = [f"{size} × {size}"]
        for route in (routes.written, routes.given):
            cells.append(_milliseconds(route.forward_seconds + route.backward_seconds))
            cells.append(_bytes(sum(route.tape_bytes)))
        rows.append([*cells, f"{routes.difference:.0e}"])
    st.markdown(markdown_table(headings, rows, align="r"))


def _curves(found: dict[int, Routes], what: str, title: str) -> None:
    def value(route: chain.Measured) -> float:
        if what == "tape":
            return sum(route.tape_bytes) / 1e6
        return 1e3 * (route.forward_seconds + route.backward_seconds)

    x = np.array(list(found), dtype=float)
    curves(
        [
            Series(
                name="written in PyTorch",
                x=x,
                y=np.array([value(routes.written) for routes in found.values()]),
                style=LineStyle(colour=ORANGE),
            ),
            Series(
                name="with a given adjoint",
                x=x,
                y=np.array([value(routes.given) for routes in found.values()]),
                style=LineStyle(colour=BLUE),
            ),
        ],
        key=f"routes {what}",
        x_title="side of the image / pixels",
        y_title=title,
        log_x=True,
        log_y=True,
        alt=f"{title} of both routes against the size of the image.",
        height=280,
    )

"""Step 3: all of the Jacobian by autograd, beside the matrix."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import streamlit as st

from core.array_types import FloatArray
from core.errors import InputError
from core.number_format import count
from core.parameter import Parameter
from core.problem.scan import Scan
from core.projection.projector import Projector, make_projector
from core.projection.small_grid import shrink
from core.recipes.bridge import jacobian
from core.ui import cached
from core.ui.bridge.common import apart, code
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Axis, Overlay, Panel, Pixel, image_panels
from core.ui.forward.sinogram import sinogram_panel
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part

GRIDS = (8, 12, 16, 24, 32, 64, 128, 320)
VIEWS = (1, 2, 4, 6, 8, 12, 16, 24, 32, 41)
SHOWN = 600
"""The most rows or columns of a matrix that are drawn one by one."""
MOST_PASSES = 20_000
"""The most forward passes for all columns of G: some seconds."""

GRID = Parameter(name="jacobian.grid", default=16, low=GRIDS[0], high=GRIDS[-1])
ANGLES = Parameter(name="jacobian.views", default=12, low=VIEWS[0], high=VIEWS[-1])
WORDS = """\
One backward pass with $v = e_i$ returns **row** $i$ of the Jacobian: the pixels that ray $i$
meets, an image. As many passes as there are rays give all of it. One forward pass with
$x = e_j$ returns **column** $j$ of $G$: what pixel $j$ does to the data, a sinogram. Nobody
would train a network so: at the lecture's size it is a table of 6560 × 102 400 numbers.
Backpropagation never builds it."""


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The Jacobian by backward passes, and G by forward passes."""

    rows: FloatArray
    columns: FloatArray

    @property
    def difference(self) -> float:
        """The largest, relative to the largest entry."""
        return float(abs(self.rows - self.columns).max() / (abs(self.columns).max() or 1.0))


@part
def show(scan: Scan) -> None:
    """Draw both matrices, with a row as an image and a column as data."""
    text_with_equations(
        WORDS,
        r"\frac{\partial y_i}{\partial x_j} = G_{ij}",
        r"\underbrace{e_i^\top J}_{\text{row } i,\ \text{backward}}"
        r"\qquad\underbrace{J\,e_j}_{\text{column } j,\ \text{forward}}",
    )
    places = st.columns(4)
    with places[0]:
        grid = int(control(GRID, options=GRIDS, show=lambda n: f"{n:g} × {n:g}", label="Image"))
    with places[1]:
        views = int(control(ANGLES, options=VIEWS, label="Views"))
    beam = shrink(scan.beam, scan.size, grid, views)
    operator = make_projector(grid, beam, scan.kernel)
    rays = operator.shape[0]
    oblique = views // 5 * beam.detectors + beam.detectors // 2
    with places[2]:
        ray = int(control(_chosen("ray", oblique, rays), label="Row $i$: a ray"))
    with places[3]:
        middle = grid * (grid // 3) + grid // 2
        pixel = int(control(_chosen("pixel", middle, grid**2), label="Column $j$: a pixel"))
    tables = cached.memoize(
        "bridge jacobian", grid, beam, scan.kernel, compute=lambda: both_ways(operator)
    )
    one, two, three = st.columns(3)
    one.metric("numbers in the Jacobian", f"{count(rays)} × {count(grid**2)}")
    two.metric("backward passes for it", count(rays))
    three.metric("max |J − G| / max |G|", apart(tables.difference))
    _pictures(tables, grid, ray, pixel, rays)
    image_panels(
        [
            Panel(
                title=f"Row {ray} of J, as an image",
                image=tables.rows[ray].reshape(operator.dims),
                caption=f"ray {ray}: view {ray // beam.detectors}, "
                f"detector {ray % beam.detectors}; "
                f"it meets {np.count_nonzero(tables.rows[ray])} pixels",
                alt="The chosen row of the Jacobian as an image.",
            ),
            sinogram_panel(
                beam,
                tables.rows[:, pixel].reshape(operator.dimsd),
                title=f"Column {pixel} of J, as data",
                caption=f"pixel {pixel}: row {pixel // grid}, column {pixel % grid}; "
                f"seen by {np.count_nonzero(tables.rows[:, pixel])} rays",
                alt="The chosen column of the Jacobian as a sinogram.",
            ),
        ],
        key="jacobian lines",
        columns=2,
        link_zoom=False,
        tallest=260,
    )
    things_to_try(
        "Point at a matrix: its row is a ray, its column a pixel. Click to see both as pictures.",
        f"Ask for {GRIDS[-1]} × {GRIDS[-1]} pixels and read why nobody does.",
    )
    code(jacobian, jacobian.jacobian, jacobian.matrix, SIZE=grid, ANGLES=views)


def _chosen(name: str, default: int, length: int) -> Parameter:
    return Parameter(name=f"jacobian.{name}", default=default, low=0, high=length - 1)


def both_ways(operator: Projector) -> Tables:
    """All of the Jacobian and all of G; `InputError` when they do not fit or take too long."""
    passes = operator.shape[1]
    if passes > MOST_PASSES:
        raise InputError(
            f"G column by column would take {count(passes)} forward passes; the limit is "
            f"{count(MOST_PASSES)}. Take a smaller image."
        )
    try:
        rows = jacobian.jacobian(operator)
    except ValueError as error:
        raise InputError(str(error)) from None
    return Tables(rows=rows, columns=jacobian.matrix(operator))


def block_maxima(matrix: FloatArray, most: int) -> FloatArray:
    """Shrink a matrix to at most `most` rows and columns: each entry the largest of its block."""
    for axis in (0, 1):
        block = ceil(matrix.shape[axis] / most)
        starts = np.arange(0, matrix.shape[axis], block)
        matrix = np.maximum.reduceat(matrix, starts, axis=axis)
    return matrix


def _pictures(tables: Tables, grid: int, ray: int, pixel: int, rays: int) -> None:
    cross = [_line([-0.5, grid**2 - 0.5], [ray, ray]), _line([pixel, pixel], [-0.5, rays - 0.5])]
    drawn = [block_maxima(table, SHOWN) for table in (tables.rows, tables.columns)]
    steps = rays / len(drawn[0]), grid**2 / len(drawn[0].T)
    whole = max(steps) == 1

    def choose(point: Pixel) -> None:
        st.session_state["jacobian.ray"] = min(int(point.row * steps[0]), rays - 1)
        st.session_state["jacobian.pixel"] = min(int(point.column * steps[1]), grid**2 - 1)

    image_panels(
        [
            Panel(
                title=title,
                image=matrix,
                low=0,
                high=float(tables.columns.max()),
                overlays=cross if whole else (),
                caption=caption if whole else f"{caption}; drawn in blocks",
                x_axis=Axis(title="pixel j", first=0, last=grid**2 - 1),
                y_axis=Axis(title="ray i", first=0, last=rays - 1),
                alt=f"{title}, as a picture.",
            )
            for title, matrix, caption in zip(
                ("J by autograd", "G, column by column"),
                drawn,
                (f"{rays} backward passes", f"{grid**2} forward passes"),
                strict=True,
            )
        ],
        key="jacobian",
        columns=2,
        on_point=choose,
        tallest=330,
    )


def _line(x: list[float], y: list[float]) -> Overlay:
    return Overlay(x=np.array(x), y=np.array(y), width=1.5)

"""A learned regulariser that keeps an objective: its filters and potentials, drawn."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.array_types import FloatArray, Image
from core.errors import InputError
from core.methods.support.ridge import trained_ridge
from core.number_format import count
from core.parameter import Parameter
from core.problem.scan import Scan
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Overlay, Panel, image_panels
from core.ui.learned import ridge_objective
from core.ui.lesson import open_button, text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, OVERLAY, RED, SLATE, LineStyle

WORDS = """\
A network in an iteration is strong, but what does it minimise? Nothing that one could write down.
Total variation has an objective: filters (the two differences), and a **convex potential** ($|t|$)
for what each filter finds. So keep the formula, and learn its parts. The filters $w_i$ have zero
mean, and each potential $\\psi_i$ is convex because its slope $\\psi_i'$ may only rise. Everything
that was proved for convex functions holds: each local minimum is a global one, and the objective
$J$ never rises. As for total variation, the weight $\\sigma$ may be chosen by the discrepancy
principle, cross-validation or an L-curve: in *The zoo*, *Choosing the parameter*.

It is trained as a denoiser, on patches of heads with white noise: it has never seen a scanner."""
OBJECTIVE = r"\min_{m \ge 0} \; J(m) = \tfrac12\lVert Gm - d\rVert^2 + \sigma R(m)"
RIDGES = r"R(m) = \sum_i \sum_p \psi_i\bigl((w_i * m)_p\bigr)"
COLUMNS, GAP = 8, 1
_FILTER = Parameter(name="ridge", default=1, low=1, high=32, help="Which of the filters.")


def show(scan: Scan) -> None:
    """Draw the words, the filters with their potentials, and how the objective falls."""
    text_with_equations(WORDS, OBJECTIVE, RIDGES)
    try:
        trained_ridge()
    except InputError as error:
        st.info(str(error))
        return
    _filters(scan)
    ridge_objective.show(scan)
    open_button(
        "Reconstruct with it, beside total variation",
        {"step": "zoo", "a": "convex_ridge", "b": "admm", "c": "none",
         "b.admm.prior": "tv_nonnegative", "b.admm.sigma": "0.1", "b.admm.fast": "true",
         "b.admm.iterations": "60"},
    )  # fmt: skip
    things_to_try(
        "Which filters are differences, first or second, and in which direction?",
        "Where does a potential turn from a parabola into a line, and what happens to edges that "
        "are higher than that? To grain that is lower?",
    )


@part
def _filters(scan: Scan) -> None:
    """Draw the filters, one potential beside |t| and Huber's, and what the filter finds."""
    filters, order = ranked_filters()
    number = int(control(_FILTER, label="Filter")) - 1
    image = cached.truth(scan.image, scan.size)
    found = cached.memoize(
        "ridge response", scan.image, scan.size, number, compute=lambda: response(image, number)
    )
    reach = float(np.percentile(np.abs(found), 99.5)) or 1.0
    left, right = st.columns([3, 2], gap="medium")
    with left:
        image_panels(
            [_mosaic(filters, number), _found(found, reach)], key="ridge filters", columns=2
        )
    with right:
        potentials(int(order[number]))
    st.markdown(size_sentence())


def size_sentence() -> str:
    """How many weights filters and potentials have, beside the U-Net."""
    network = trained_ridge().network
    filters, slopes = network.raw_filters, network.raw_slopes
    return (
        f"{len(filters)} filters of {filters.shape[-2]} × {filters.shape[-1]} pixels, the strongest"
        f" first, and their potentials with {slopes.shape[1]} slopes each are "
        f"{count(filters.numel() + slopes.numel())} weights; the U-Net of this page has more than "
        "a million."
    )


def ranked_filters() -> tuple[FloatArray, NDArray[np.intp]]:
    """The filters (count, side, side), those of the largest norm first, and their numbers."""
    filters = trained_ridge().network.filters.detach()[:, 0].numpy()
    order = np.argsort(-np.linalg.norm(filters, axis=(1, 2)), kind="stable")
    return filters[order], order


def response(image: Image, number: int) -> Image:
    """What the filter of this rank finds in an image (size, size)."""
    import torch

    _, order = ranked_filters()
    with torch.inference_mode():
        every = trained_ridge().network.responses(torch.tensor(image)[None, None])
    return every[0, int(order[number])].numpy().copy()


def _mosaic(filters: FloatArray, chosen: int) -> Panel:
    """All filters, each by its own largest value, with a square around the chosen one."""
    side = filters.shape[-1]
    rows = -(-len(filters) // COLUMNS)
    picture = np.zeros((rows * (side + GAP) - GAP, COLUMNS * (side + GAP) - GAP), np.float32)
    for place, one in enumerate(filters):
        row, column = (side + GAP) * (place // COLUMNS), (side + GAP) * (place % COLUMNS)
        picture[row : row + side, column : column + side] = one / np.abs(one).max()
    top, left = (side + GAP) * (chosen // COLUMNS), (side + GAP) * (chosen % COLUMNS)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * side - 0.5
    return Panel(
        title="The filters wᵢ",
        image=picture,
        low=-1,
        high=1,
        colormap="diverging",
        alt="All filters side by side; the chosen one has a frame.",
        overlays=[Overlay(x=corners[:, 0] + left, y=corners[:, 1] + top, colour=OVERLAY)],
    )


def _found(found: Image, reach: float) -> Panel:
    return Panel(
        title="What it finds, w ∗ m",
        image=found,
        low=-reach,
        high=reach,
        colormap="gray",
        alt="The image after the chosen filter.",
    )


def potentials(index: int) -> None:
    """Draw ψ of one filter beside |t| and Huber's function, all with the same last slope."""
    import torch

    from core.networks.architectures.convex_ridge import REACH

    network = trained_ridge().network
    t = np.linspace(-1.2 * REACH, 1.2 * REACH, 241)
    every = torch.tensor(t, dtype=torch.float32).reshape(1, 1, 1, -1)
    with torch.inference_mode():
        spread = every.expand(1, len(network.raw_filters), 1, -1)
        value = network.potential(spread)[0, index, 0].numpy()
        slope = float(network.derivative(spread)[0, index, 0, -1])
    steepest = float(network.slopes[index].max()) or 1.0
    corner = slope / steepest  # a Huber function with the same curvature at 0 and the same slope
    huber = np.where(np.abs(t) < corner, steepest * t**2 / 2, slope * (np.abs(t) - corner / 2))
    curves(
        [
            Series(name="ψ, learned", x=t, y=value, style=LineStyle(colour=RED), width=3),
            Series(
                name="|t|", x=t, y=slope * np.abs(t), style=LineStyle(colour=SLATE, dash="dash")
            ),
            Series(name="Huber", x=t, y=huber, style=LineStyle(colour=BLUE, dash="dot")),
        ],
        key="ridge potentials",
        x_title="t, what the filter finds at a pixel",
        y_title="ψ(t)",
        alt="The learned potential between a parabola and the absolute value.",
        height=300,
    )

"""Why convolution: few weights, the same everywhere, and how far a network sees."""

import numpy as np
import streamlit as st
from scipy.ndimage import correlate

from core.array_types import Float32Array
from core.number_format import count
from core.parameter import Parameter
from core.problem.scan import Scan
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Overlay, Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.scan.picture import picture_of
from core.ui.shell import part
from core.ui.style import OVERLAY, OVERLAY_SECOND

WORDS = """\
A layer is a linear map and a nonlinearity, the ReLU $x \\mapsto \\max(0, Wx + b)$; a network is a
chain of them. If $W$ were any matrix, each pixel of the output would have a weight for each pixel
of the input. That is billions of weights, and nothing learned in one corner would be known in
another.

A **convolution** asks for less: each output looks at its 3 × 3 neighbours only, with the same
nine weights everywhere. What an edge is does not depend on where it is: shift the picture, and the
output shifts with it (**translation equivariance**; with strides, as in a U-Net, nearly so). A
layer has many such *channels*, and mixes them.

Streaks of FBP cross the whole image, so the network must see far. A chain of $L$ layers sees
$2L + 1$ pixels across. A **U-Net** halves the picture on its way down and sees twice as far with
each scale; on its way up, it is handed the fine detail that it passed."""
LAYER = (
    r"\begin{aligned} y_c &= \max(0, b_c + z_c) \\"
    r"z_c[i, j] &= \sum_{c'} \sum_{p, q = -1}^{1} w_{c c'}[p, q] \\"
    r"&\qquad \cdot x_{c'}[i + p, j + q] \end{aligned}"
)
KERNELS: dict[str, tuple[str, list[list[float]]]] = {
    "mean": ("Mean", [[1 / 9] * 3] * 3),
    "across": ("Edges across", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "down": ("Edges down", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
    "laplacian": ("Laplacian", [[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
}
CHANNELS = 32

_KERNEL = Parameter(
    name="convolution.kernel", title="Kernel", default="across", choices=tuple(KERNELS)
)
_LAYERS = Parameter(
    name="layers", default=10, low=1, high=40, symbol="L", help="Convolutions of 3 × 3 in a chain."
)
_SCALES = Parameter(name="scales", default=4, low=1, high=6, help="1 is no U-Net at all.")


@part
def show(scan: Scan) -> None:
    """Draw the words, a picture through one kernel, and how far networks see."""
    text_with_equations(WORDS, LAYER)
    first, second, third = st.columns([2, 1, 1], gap="medium")
    with first:
        words = {name: title for name, (title, _) in KERNELS.items()}
        name = control(_KERNEL, words=words, label="Nine weights")
    with second:
        layers = int(control(_LAYERS, label="Layers of a chain, $L$"))
    with third:
        scales = int(control(_SCALES, label="Scales of a U-Net"))
    picture = picture_of(scan).image
    size = len(picture)
    filtered = layer(picture, np.array(KERNELS[name][1], np.float32))
    reach = float(np.percentile(np.abs(filtered), 99.5)) or 1.0
    chain, unet = 2 * layers + 1, field_of_unet(scales)
    image_panels(
        [
            Panel(
                title="x",
                image=picture,
                low=0,
                high=1,
                alt="The image, and what one output pixel of each network sees of it.",
                overlays=[
                    _square(size, chain, OVERLAY),
                    _square(size, unet, OVERLAY_SECOND),
                ],
            ),
            Panel(
                title=f"{KERNELS[name][0]}: w ∗ x (no flip)",
                image=filtered,
                low=-reach,
                high=reach,
                colormap="gray",
                alt="The image after a convolution with the nine weights.",
            ),
            Panel(
                title="max(0, w ∗ x)",
                image=np.maximum(filtered, 0),
                low=0,
                high=reach,
                alt="The same after the ReLU, which keeps one side of each edge.",
            ),
        ],
        key="convolution",
        columns=3,
    )
    st.markdown(_numbers(picture, name, size, layers, chain, scales, unet))
    things_to_try(
        "Two pixels a layer: how many would a chain need to see the whole head? How many scales "
        "a U-Net?",
        "Which kernels give nothing inside even tissue? Their weights sum to zero.",
    )


def layer(picture: Float32Array, kernel: Float32Array) -> Float32Array:
    """The convolution of a network, which is a correlation, with zeros around the picture."""
    return np.asarray(correlate(picture, kernel, mode="constant"), np.float32)


def field_of_unet(scales: int) -> int:
    """The pixels across that an output of a U-Net sees, at the most.

    Two convolutions on each scale on either way, one with stride 2 down, a doubling without
    overlap up.
    """
    field = 1
    for _ in range(scales - 1):
        field += 4
        field = field // 2 + 1  # as many coarse pixels as that many fine ones may touch
    field += 4
    for _ in range(scales - 1):
        field = 2 * field + 1 + 4
    return field


def weights_of_unet(scales: int) -> int:
    """The weights of that U-Net with the same channels on every scale."""
    # On its way up, the first convolution of a scale sees its own channels and those passed over.
    each = 9 * (1 + 2) + 4 + 9 * (2 + 1)
    return CHANNELS**2 * (9 * 2 + each * (scales - 1))


def _square(size: int, field: int, colour: str) -> Overlay:
    """The field of the middle pixel, as far as it is in the picture."""
    low = max(size // 2 - field / 2, -0.5)
    high = min(size // 2 + field / 2, size - 0.5)
    corners = np.array([[low, low], [high, low], [high, high], [low, high], [low, low]])
    return Overlay(x=corners[:, 0], y=corners[:, 1], colour=colour)


def _numbers(
    picture: Float32Array, name: str, size: int, layers: int, chain: int, scales: int, unet: int
) -> str:
    kernel = np.array(KERNELS[name][1], np.float32)
    moved = 17
    apart = layer(np.roll(picture, moved, 1), kernel) - np.roll(layer(picture, kernel), moved, 1)
    inside = float(np.abs(apart[2:-2, moved + 2 : -2]).max())
    seen = "the whole picture" if unet >= 2 * size else f"{unet} pixels across"
    return f"""\
| | weights | what one output sees |
|:--|--:|:--|
| any matrix, {size} × {size} pixels to as many | {count(size**4)} | everything |
| one convolution, {CHANNELS} channels to {CHANNELS} | {count(9 * CHANNELS**2)} | 3 pixels across |
| a chain of {layers} (yellow square) | {count(9 * CHANNELS**2 * layers)} | \
{chain} pixels across |
| a U-Net of {scales} scale{"s" if scales > 1 else ""} (blue square) | \
{count(weights_of_unet(scales))} | {seen} |

Shifted by {moved} pixels and filtered, or filtered and shifted: the results \
{f"differ by {inside:.0e}" if inside else "agree to the last bit"} inside the picture."""

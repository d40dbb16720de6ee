"""Deep image prior: what a network paints before it has learned anything."""

import numpy as np
import streamlit as st
from scipy.ndimage import correlate, zoom

from core.array_types import Float32Array
from core.parameter import Parameter
from core.problem.scan import Scan
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.learned.schemes import Node, Scheme
from core.ui.lesson import open_button, text_with_equations, things_to_try
from core.ui.shell import part

WORDS = """\
No training set at all: the **deep image prior** takes a network with random weights and feeds it
one fixed random input $z$. It then changes the weights until the *output's* projections fit the
data. One picture, one network; the weights are the unknowns in the pixels' place. It is
*preconditioning*, $m = Pz$, with the preconditioner $P$ replaced by a network $f_\\theta$ and $z$
by noise. (The laboratory's own method, on the page's third step, starts from a rough image instead,
unless told otherwise.)

That should fit anything, noise included, and in the end it does. But a network of convolutions and
enlargements fits low frequencies first and white noise last (*spectral bias*: Chakrabarty and Maji
2019; Heckel and Soltanolkotabi 2020). The pictures show what it paints before it has learned. So
the picture comes first and the noise later, and to **stop early** is the regularisation. What
regularises is an **inductive bias**, which lies in the architecture, in the optimiser, and in its
settings: another learning rate, another prior."""
FIT = r"\hat\theta = \arg\min_\theta \tfrac12 \lVert G f_\theta(z) - d \rVert^2"
PICTURE = r"\hat m = f_{\hat\theta}(z)"
SCHEME = Scheme(
    nodes={
        "z": Node(text="z, fixed", at=(0, 0)),
        "f": Node(text="f_θ", at=(1, 0), kind="network"),
        "m": Node(text="m", at=(2, 0)),
        "G": Node(text="G", at=(3, 0), kind="map"),
        "loss": Node(text="½‖· − d‖²", at=(4, 0), kind="map"),
        "d": Node(text="d", at=(4, 1)),
        "back": Node(text="backpropagation", at=(2, 1), kind="map"),
    },
    arrows=[
        ("z", "f"), ("f", "m"), ("m", "G"), ("G", "loss"), ("d", "loss"),
        ("loss", "back"), ("back", "f"),
    ],
    alt="A fixed input passes a network and the scanner; the misfit turns the network's weights.",
)  # fmt: skip
CHANNELS, SIDE = 8, 128

_ENLARGEMENTS = Parameter(
    name="painted.scales", default=4, low=0, high=5,
    help="How often the network doubles its picture; 0 is one layer on white noise.",
)  # fmt: skip
_SEED = Parameter(name="painted.seed", default=0, low=0, high=999, help="Of the random weights.")


@part
def show(scan: Scan) -> None:
    """Draw the words, the scheme, and pictures of untrained networks."""
    text_with_equations(WORDS, FIT, PICTURE)
    SCHEME.draw(key="scheme of the prior")
    left, right = st.columns(2, gap="medium")
    with left:
        scales = int(control(_ENLARGEMENTS, label="Enlargements in the network"))
    with right:
        seed = int(control(_SEED, typed=True, label="Seed of the random weights"))
    noise = np.random.Generator(np.random.PCG64(seed)).standard_normal((SIDE, SIDE), np.float32)
    pictures = [("White noise", noise)]
    pictures += [(f"Network, weights {seed + n}", painted(scales, seed + n)) for n in range(3)]
    image_panels(
        [
            Panel(
                title=title,
                image=(image - image.mean()) / image.std(),
                low=-2,
                high=2,
                alt=f"{title}: each pixel is independent."
                if image is noise
                else "What a network with random weights makes of a random input.",
            )
            for title, image in pictures
        ],
        key="painted",
        columns=4,
        link_zoom=False,
    )
    open_button("Watch one learn a picture", {"step": "prior"})
    things_to_try(
        "Take the enlargements away, one by one: the patches shrink until noise is left.",
        "Turn the seed: other weights, other patches, never noise.",
    )


def painted(scales: int, seed: int) -> Float32Array:
    """The output (SIDE, SIDE) of a network with random weights: enlarge, convolve, bend."""
    random = np.random.Generator(np.random.PCG64(seed))
    channels = random.standard_normal((CHANNELS, SIDE >> scales, SIDE >> scales), np.float32)
    for _ in range(scales):
        channels = np.stack([zoom(channel, 2, order=1, mode="nearest") for channel in channels])
        channels = _layer(random, channels)
    return np.asarray(_layer(random, channels)[0])


def _layer(random: np.random.Generator, channels: Float32Array) -> Float32Array:
    """A convolution with random weights, normalised, and a leaky ReLU."""
    weights = random.standard_normal((CHANNELS, CHANNELS, 3, 3), np.float32)
    made = np.stack(
        [
            sum(correlate(c, w, mode="nearest") for c, w in zip(channels, rows, strict=True))
            for rows in weights
        ]
    )
    made = (made - made.mean((1, 2), keepdims=True)) / made.std((1, 2), keepdims=True)
    return np.asarray(np.where(made > 0, made, 0.2 * made), np.float32)

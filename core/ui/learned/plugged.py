"""Plug-and-play and RED: any denoiser in the place of a prior, here three without training."""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.ndimage import gaussian_filter, median_filter

from core.array_types import Float32Array
from core.methods.fbp import FBP
from core.methods.priors import InnerLoop, prior_named
from core.number_format import decibels
from core.parameter import Parameter
from core.problem.measurement import Source
from core.problem.metrics import snr
from core.problem.scan import Scan
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import open_button, text_with_equations, things_to_try
from core.ui.scan.source import source_for
from core.ui.shell import part

WORDS = """\
Proximal gradient asks a prior for one thing only, its prox; and the prox of a prior is a
**denoiser**: it looks for the most probable picture near $v$. So turn the argument round.
Take the best denoiser there is, $D_\\sigma$, and put it where the prox stood: **plug-and-play**.
Nobody has to write the prior down. The denoiser is trained once, on pictures with white noise, and
then serves every scanner: $G$ appears in the gradient step only.

**RED**, regularisation by denoising, takes from the denoiser what a gradient would be: the
residual $m - D(m)$. A step against it leads from the picture to a cleaner one.

What is lost is the objective. A network trained on the squared error gives the *mean* of the
probable pictures, not the most probable one. Its residual is $x - D_\\sigma(x) = -\\sigma^2 \\nabla
\\log p_\\sigma(x)$ (Tweedie's formula), and it is in general no prox of the prior. The iteration
need not converge: it does if $D$ is non-expansive and a fixed point exists, which a network does
not promise."""
PNP = r"m_{k+1} = D_\sigma\bigl(m_k - \tau\, G^\top(G m_k - d)\bigr)"
RED = (
    r"\begin{aligned} m_{k+1} &= m_k - \tau\, g_k \\"
    r"g_k &= G^\top (G m_k - d) \\ &\quad + \lambda\, (m_k - D_\sigma(m_k)) \end{aligned}"
)
STEPS = 24
FOLLOW = "plugged iteration"

_STRENGTH = Parameter(
    name="plug_strength", default=0.5, low=0.0, high=2.0,
    help="1: a blur of one pixel, half a median, a weight of 0.02 for total variation.",
)  # fmt: skip


def _blurred(image: Float32Array, strength: float) -> Float32Array:
    return np.asarray(gaussian_filter(image, strength), np.float32)


def _median(image: Float32Array, strength: float) -> Float32Array:
    share = np.float32(min(strength, 2.0) / 2)
    middle: Float32Array = (1 - share) * image + share * median_filter(image, 3)
    return middle


def _total_variation(image: Float32Array, strength: float) -> Float32Array:
    prior = prior_named("tv")(
        image.shape[0], 0.02 * strength, InnerLoop(iterations=10, rule="fixed")
    )
    return np.asarray(prior.prox(image.ravel(), 1.0), np.float32).reshape(image.shape)


DENOISERS: dict[str, Callable[[Float32Array, float], Float32Array]] = {
    "Gaussian blur": _blurred,
    "Median of 3 × 3": _median,
    "Total variation": _total_variation,
}


@part
def show(scan: Scan) -> None:
    """Draw the words and three plug-and-play iterations side by side."""
    text_with_equations(WORDS, PNP, RED)
    strength = float(control(_STRENGTH, label=r"Strength of the denoisers"))
    linked_player(
        [f"iteration {k}" for k in range(STEPS + 1)],
        range(STEPS + 1),
        name="plugged.iteration",
        key=FOLLOW,
        alt="iteration",
        start=STEPS,
    )
    source = source_for(scan)
    panels = []
    for name in DENOISERS:
        iterates = cached.memoize(
            "plugged",
            source,
            name,
            strength,
            compute=partial(plug_in, source, DENOISERS[name], strength),
            large=True,
        )
        panels.append(
            Panel(
                title=name,
                image=iterates,
                low=0,
                high=1,
                caption=_captions(source, iterates),
                alt=f"The iterates of plug-and-play with {name} as the denoiser.",
            )
        )
    image_panels(panels, key="plugged", columns=3, player=FOLLOW)
    open_button("Put a trained denoiser in", {"step": "plug"})
    things_to_try(
        "Strength 0 is gradient descent from FBP; the rest is what the denoiser brings.",
        "A blur is a linear denoiser: with it, plug-and-play *is* a quadratic regulariser.",
    )


def _captions(source: Source, iterates: Float32Array) -> list[str]:
    """How near each iterate is to the truth; of measured data, how much it has changed."""
    if isinstance(source, Scan):
        truth = cached.truth(source.image, source.size)
        return [f"SNR {decibels(snr(iterate, truth))}" for iterate in iterates]
    changes = np.linalg.norm(np.diff(iterates, axis=0), axis=(1, 2))
    sizes = np.linalg.norm(iterates[1:], axis=(1, 2))
    return ["FBP", *(f"changed by {c / s:.2%}" for c, s in zip(changes, sizes, strict=True))]


def plug_in(
    source: Source, denoise: Callable[[Float32Array, float], Float32Array], strength: float
) -> Float32Array:
    """The iterates (STEPS + 1, size, size) from FBP on, with steps of 1/‖G‖²."""
    measurement = cached.measurement(source)
    operator, data = measurement.operator, measurement.data
    tau = np.float32(1 / operator.norm_squared)
    image = next(FBP().iterate(operator, data)).image
    iterates = [image]
    for _ in range(STEPS):
        stepped = image - tau * operator.back_project(operator.project(image) - data)
        image = denoise(stepped, strength) if strength > 0 else stepped
        iterates.append(image)
    return np.stack(iterates)

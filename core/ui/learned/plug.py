"""Step 4: plug-and-play with the trained denoiser: its strength, its solvers, when it settles."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

from core.methods.base import Method
from core.methods.plug_and_play import PlugAndPlay
from core.methods.red import RED
from core.methods.support.denoising import SIGMA_HIGH, SIGMA_LOW, trained_denoiser
from core.number_format import decibels
from core.parameter import Parameter
from core.problem.measurement import Source
from core.problem.metrics import psnr
from core.problem.scan import Scan
from core.studies.reconstruction import ReconstructionStudy
from core.ui import cached
from core.ui.controls.parameter_controls import control, method_controls
from core.ui.figures.panels import Panel, image_panels
from core.ui.learned.settling import settling
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.scan.picture import Picture, picture_of
from core.ui.scan.source import source_for
from core.ui.shell import part
from core.ui.workbench.pictures import symmetric_limit

WORDS = """\
The denoiser $D$ was trained on heads with white noise; it has never seen data of a scanner.
Used in place of a prox, it turns any solver into a reconstruction method. Whether the iterates
**converge** is another question. If $D$ is **non-expansive** (1-Lipschitz: it
never increases the distance of two pictures) and a fixed point exists, proximal gradient with
$T = (1 - \\alpha) I + \\alpha D$, $\\alpha < 1$, converges. A trained network makes no such
promise; the theorem that asks less of it asks a strongly convex misfit, which few views do not
give. So neither applies here. With $\\alpha > 2$ what it takes out as noise comes back with its
sign turned, and larger. The **gradient step** needs no promise: there the *squared* residual
$g = \\tfrac12\\lVert m - D(m)\\rVert^2$ is the prior, its true gradient is computed by
backpropagation, and each step must lower $f + \\lambda g$. (Hurault et al. go further and train
$D$ to be $I - \\nabla g$.)"""
ITERATION = r"m_{k+1} = T\bigl(m_k - \tau\, G^\top (G m_k - d)\bigr)"
PROMISE = r"\lVert D(x) - D(y) \rVert \le \lVert x - y \rVert"
TOO_STRONG = 2.5
"""A relaxation of the denoiser at which plug-and-play does not settle."""
TOO_LONG = 3.5
"""A step of RED, in units of 1/(L + 2λ), beyond its bound of 2."""

_METHOD = Parameter(name="plug.method", default="plug_and_play", choices=("plug_and_play", "red"))
_TWIN = Parameter(
    name="plug.diverging",
    default=True,
    help="The same once more, with a denoiser that overshoots or, for RED, too long a step.",
)
_NOISE = Parameter(
    name="plug.noise", default=0.05, low=SIGMA_LOW, high=SIGMA_HIGH, log=True,
    help="Standard deviation of the noise on the picture, whose brightest pixel is 1.",
)  # fmt: skip
_TOLD = Parameter(
    name="plug.told", default=0.05, low=SIGMA_LOW, high=SIGMA_HIGH, log=True, symbol=r"\sigma_D",
    help="The noise that the denoiser is told to remove.",
)  # fmt: skip


def show(scan: Scan) -> None:
    """Draw the words, the denoiser by itself, and the iteration that it makes."""
    text_with_equations(WORDS, ITERATION, PROMISE)
    st.markdown("#### The denoiser by itself")
    _denoiser(scan)
    st.markdown("#### In the place of a prox")
    source = source_for(scan)
    settling(source, _questions(source))
    things_to_try(
        "Raise $\\sigma_D$: the picture becomes smooth, then a drawing of a head.",
        "Compare the solvers on one $\\sigma_D$: which settles soonest, and where?",
        "Lower the *relaxation*: when does the curve of the changes fall straight?",
    )


@part
def _denoiser(scan: Scan) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        noise = float(control(_NOISE, label="Noise on the picture"))
    with right:
        told = float(control(_TOLD, label=r"Strength $\sigma_D$ of the denoiser"))
    picture = picture_of(scan)
    image = picture.image
    random = np.random.Generator(np.random.PCG64(0))
    noisy = image + np.float32(noise) * random.standard_normal(image.shape, np.float32)
    clean = cached.memoize(
        "denoised",
        *picture.key,
        noise,
        told,
        compute=lambda: trained_denoiser()(noisy, told),
    )
    removed = noisy - clean
    limit = symmetric_limit([removed])
    image_panels(
        [
            Panel(
                title="x, with noise",
                image=noisy,
                low=0,
                high=1,
                caption=_quality(noisy, picture),
                alt="The image with white noise.",
            ),
            Panel(
                title="D(x)",
                image=clean,
                low=0,
                high=1,
                caption=_quality(clean, picture),
                alt="What the denoiser makes of it.",
            ),
            Panel(
                title="x − D(x), what it takes out",
                image=removed,
                low=-limit,
                high=limit,
                colormap="diverging",
                alt="The difference: noise, and whatever was taken for noise.",
            ),
        ],
        key="denoiser",
        columns=3,
        tallest=300,
    )


def _quality(image: np.ndarray, picture: Picture) -> str:
    """How near it is to the truth; to the FBP of measured data no distance says anything."""
    return f"PSNR {decibels(psnr(image, picture.image))}" if picture.known else picture.title


def _questions(source: Source) -> Mapping[str, ReconstructionStudy]:
    """The chosen run, and the one that diverges beside it."""
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    with left:
        words = {"plug_and_play": PlugAndPlay.title, "red": RED.title}
        name = control(_METHOD, words=words, label="Method")
    with right:
        twin = control(_TWIN, label="The diverging case beside it")
    kind: type[Method] = PlugAndPlay if name == "plug_and_play" else RED
    method = method_controls(kind, key=f"plug.{name}", columns=4)
    questions = {"A": ReconstructionStudy(scan=source, method=method)}
    if twin:
        questions["B"] = ReconstructionStudy(scan=source, method=overdone(method))
    return questions


def overdone(method: Method) -> Method:
    """The same method with a setting beyond its bound."""
    if isinstance(method, PlugAndPlay):
        # With the gradient step the objective falls whatever one does to it.
        solver = "proximal_gradient" if method.solver == "gradient_step" else method.solver
        return replace(method, solver=solver, relaxation=TOO_STRONG)
    assert isinstance(method, RED)
    return replace(method, step=TOO_LONG)

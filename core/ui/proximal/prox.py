"""Step 1: the prox, as a parabola that slides under a function, and on a picture."""

import numpy as np
import streamlit as st

from core.methods.priors import NAMES, InnerLoop, prior_named
from core.methods.priors.examples_1d import EXAMPLES, Example, by_search
from core.parameter import Parameter
from core.problem.scan import Scan
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.figures.plot import plot
from core.ui.lesson import things_to_try
from core.ui.scan.picture import picture_of
from core.ui.shell import part
from core.ui.style import BLUE, MARK, ORANGE, SLATE, LineStyle
from core.ui.workbench.pictures import symmetric_limit

WORDS = r"""
Gradient descent needs a slope, and $|x|$ has none at zero. The **proximal operator** asks for less:
find a point where $f$ is small *and* which lies near $v$:
$$
\mathrm{prox}_{\tau f}(v) = \arg\min_x\; f(x) + \tfrac{1}{2\tau}(x - v)^2 .
$$
Draw the parabola $c - \tfrac{1}{2\tau}(x - v)^2$ and raise $c$ until it touches $f$ from below.
Where it touches is the prox; its summit, above $v$, has the height of the **Moreau envelope**, a
stand-in for $f$ with the same minimum; for convex $f$ it is smooth.
"""
V = np.linspace(-3, 3, 121)
X = np.linspace(-3.2, 3.2, 641)
BOTTOM, TOP = -1.5, 5.0
FOLLOW = "prox point"

_FUNCTION = Parameter(name="function", default="absolute", choices=tuple(EXAMPLES))
_TAU = Parameter(name="prox_tau", default=1.0, low=0.05, high=4.0, symbol=r"\tau")
_PICTURE = Parameter(name="picture_prior", default="tv", choices=NAMES)
_WEIGHT = Parameter(
    name="picture_weight", default=0.1, low=0.001, high=10.0, log=True, symbol=r"\tau\sigma"
)
_NOISE = Parameter(name="picture_noise", default=0.1, low=0.0, high=0.5)


@part
def show(scan: Scan) -> None:
    """Draw the explorer and, under it, the same idea on a picture."""
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    left.markdown(WORDS)
    with right, st.container(border=True, gap="small"):
        titles = {key: example.title for key, example in EXAMPLES.items()}
        name = control(_FUNCTION, words=titles, label="Function $f$")
        tau = float(control(_TAU, label=r"Step $\tau$"))
        example = EXAMPLES[name]
        st.markdown(
            f"$\\displaystyle {example.formula}$\n\n"
            f"$\\displaystyle \\mathrm{{prox}}_{{\\tau f}}(v) = {example.prox_formula}$"
        )
    frame = linked_player(
        [f"v = {v:.2f}" for v in V],
        [round(float(v), 2) for v in V],
        name="prox.v",
        key=FOLLOW,
        alt="the point v",
        start=len(V) * 5 // 6,
    )
    touching, mapped = st.columns(2, gap="medium")
    with touching:
        _touching(example, tau)
    with mapped:
        _mapped(example, tau)
    _numbers(example, float(V[frame]), tau)
    st.divider()
    _picture(scan)


def _touching(example: Example, tau: float) -> None:
    """The function, and the parabola for each v, which the player moves."""
    x = example.prox(V, tau)
    summit = example.envelope(V, tau)
    parabola = summit[:, None] - (X - V[:, None]) ** 2 / (2 * tau)
    parabola[parabola < BOTTOM] = np.nan
    value = example.value(X)
    last = len(V) * 5 // 6

    def dots(points: np.ndarray, heights: np.ndarray, name: str, colour: str) -> dict[str, object]:
        return {
            "type": "scatter",
            "mode": "markers",
            "x": points[last : last + 1],
            "y": heights[last : last + 1],
            "name": name,
            "marker": {"color": colour, "size": 12},
        }

    plot(
        {
            "data": [
                _line(X, np.where(np.isfinite(value), value, np.nan), "f", BLUE, 2.5),
                _line(X, parabola[last], "parabola", ORANGE, 2.0),
                dots(x, example.value(x), "touches at prox(v)", MARK),
                dots(V, summit, "summit at v: the envelope", ORANGE),
            ],
            "layout": {
                "xaxis": {"title": {"text": "x"}, "range": [-3.2, 3.2]},
                "yaxis": {"range": [BOTTOM, TOP]},
            },
        },
        key="touching",
        height=380,
        alt="The function, and the parabola that touches it from below at the prox.",
        player=FOLLOW,
        frames={
            1: {"y": parabola},
            2: {"x": x[:, None], "y": example.value(x)[:, None]},
            3: {"x": V[:, None], "y": summit[:, None]},
        },
    )


def _mapped(example: Example, tau: float) -> None:
    """The prox and the envelope as functions of v."""
    curves(
        [
            Series(name="prox(v)", x=V, y=example.prox(V, tau), style=LineStyle(colour=MARK)),
            Series(
                name="Moreau envelope",
                x=V,
                y=example.envelope(V, tau),
                style=LineStyle(colour=ORANGE),
            ),
            Series(name="v itself", x=V, y=V, style=LineStyle(colour=SLATE, dash="dot"), width=1),
        ],
        key="mapped",
        x_title="v",
        y_title="",
        height=380,
        marks=[Mark(x=V, name="v", colour=SLATE)],
        player=FOLLOW,
        alt="The prox and the Moreau envelope against v.",
    )


def _numbers(example: Example, v: float, tau: float) -> None:
    closed = float(example.prox(np.array([v]), tau)[0])
    st.markdown(
        f"At $v = {v:.2f}$ with $\\tau = {tau:g}$ the formula gives **{closed:.6f}**, and a search "
        f"for the minimum **{by_search(example, v, tau):.6f}**. {example.remark}"
    )
    things_to_try(
        "Play $v$, and watch where the red point rests.",
        "Let $\\tau$ grow: the parabola gets flatter and the minimum of $f$ pulls harder.",
        "Compare ½x² with x²: for which $\\tau$ do they have the same prox?",
    )


def _picture(scan: Scan) -> None:
    """Denoise the image of the scan, or of the measured data, with one prox."""
    words, controls = st.columns([3, 2], gap="large", vertical_alignment="center")
    with controls, st.container(border=True, gap="small"):
        titles = {name: prior_named(name).title for name in NAMES}
        prior = control(_PICTURE, words=titles, label="Prior")
        weight = float(control(_WEIGHT, label=r"Weight $\tau\sigma$"))
        noise = float(control(_NOISE, label="Noise on the picture"))
    chosen = prior_named(prior)
    words.markdown(
        "#### The same on a picture\nOne prox with the noisy picture as $v$ is the simplest "
        "denoiser: its result is close to the data and favoured by the prior. Proximal gradient "
        "and FISTA do this once in each iteration; ADMM and PDHG take the prox of $h$ at $Km$, "
        f"which has a formula.\n\n**{chosen.title}.** {chosen.effect}\n\n"
        f"$\\displaystyle {chosen.formula}$"
    )
    picture = picture_of(scan)
    random = np.random.Generator(np.random.PCG64(0))
    shape = picture.image.shape
    noisy = picture.image + np.float32(noise) * random.standard_normal(shape, np.float32)
    clean = cached.memoize(
        "picture prox",
        *picture.key,
        prior,
        weight,
        noise,
        compute=lambda: _denoised(noisy, prior, weight),
    )
    change = clean - noisy
    reach = symmetric_limit([change])
    image_panels(
        [
            Panel(title=picture.title, image=picture.image, low=0, high=1, alt="The image."),
            Panel(title="Noisy, v", image=noisy, low=0, high=1, alt="The image with noise."),
            Panel(title="prox(v)", image=clean, low=0, high=1, alt="The prox of the noisy image."),
            Panel(
                title="prox(v) − v",
                image=change,
                low=-reach,
                high=reach,
                colormap="diverging",
                alt="What the prox changed.",
            ),
        ],
        key="picture prox",
        columns=4,
    )


def _denoised(noisy: np.ndarray, prior: str, weight: float) -> np.ndarray:
    size = noisy.shape[0]
    function = prior_named(prior)(size, weight, InnerLoop(iterations=100, rule="fixed"))
    return np.asarray(function.prox(noisy.ravel(), 1.0), np.float32).reshape(size, size)


def _line(x: np.ndarray, y: np.ndarray, name: str, colour: str, width: float) -> dict[str, object]:
    line = {"color": colour, "width": width}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": line}

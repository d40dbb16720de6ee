"""Step 2: from the optimality condition to the algorithm, one iterate taken apart."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.array_types import Float32Array
from core.methods.priors import InnerLoop, prior_named, priors_for
from core.number_format import scientific
from core.parameter import Parameter
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import things_to_try
from core.ui.scan.source import source_for
from core.ui.shell import part
from core.ui.workbench.pictures import symmetric_limit

CONDITION = """\
At the minimum of $J = f + g$ nothing can be gained by a small move. $f$ has a gradient; $g$ has
corners, and there its *subdifferential* $\\partial g$ takes the gradient's place: the slopes of all
lines that touch $g$ at this point and stay below it."""
REARRANGED = """\
Multiply by a step $\\tau$ and add $m$ on both sides, $m - \\tau\\nabla f(m) \\in
m + \\tau\\,\\partial g(m)$. Solve for the $m$ on the right with the **resolvent**
$(I + \\tau\\,\\partial g)^{-1}$, which *is* the prox: $m + \\tau\\,\\partial g(m) \\ni v$ is the
condition for the minimum of $g(x) + \\tfrac{1}{2\\tau}\\lVert x - v\\rVert^2$."""
ITERATION = """\
A point that the map on the right leaves where it is, is a minimum. So apply it again and again:
first a **gradient step** for the data, then a **prox step** for the prior. With $g = \\sigma\\lVert
m\\rVert_1$ the prox is the soft threshold, and this is **ISTA**, the iterative
shrinkage-thresholding algorithm: $m_{k+1} = \\mathrm{soft}_{\\tau\\sigma}(v_k)$."""

_K = Parameter(
    name="k", default=3, low=0, high=40, symbol="k", help="The iterate that is taken apart."
)
_PRIOR = Parameter(name="step_prior", default="tv", choices=priors_for("whole"), symbol="g")
_SIGMA = Parameter(
    name="step_sigma", default=100.0, low=0.1, high=10_000.0, log=True, symbol=r"\sigma"
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Parts:
    """One iteration: where it starts, after the gradient step, after the prox step."""

    start: Float32Array
    stepped: Float32Array
    tidied: Float32Array
    slope: float
    kink: float


@part
def show(scan: Scan) -> None:
    """Draw the derivation, and the pictures of one iteration beside its two lines."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        st.markdown(CONDITION)
        st.latex(r"0 \in \nabla f(m) + \partial g(m)")
    with middle:
        st.markdown(REARRANGED)
        st.latex(
            r"\begin{aligned} m &= (I + \tau\,\partial g)^{-1}(I - \tau\nabla f)(m) \\"
            r"&= \mathrm{prox}_{\tau g}\bigl(m - \tau\nabla f(m)\bigr) \end{aligned}"
        )
    with right:
        st.markdown(ITERATION)
        st.latex(
            r"\begin{aligned} v_k &= m_k - \tau\, G^\top(G m_k - d) \\"
            r"m_{k+1} &= \mathrm{prox}_{\tau g}(v_k) \end{aligned}"
        )
    first, second, third = st.columns(3, gap="medium")
    with first:
        k = int(control(_K, label="Iterate $k$"))
    with second:
        words = {name: prior_named(name).title for name in _PRIOR.choices}
        prior = control(_PRIOR, words=words, label="Prior $g$")
    with third:
        sigma = float(control(_SIGMA, label=r"Weight $\sigma$"))
    source = source_for(scan)
    parts = cached.memoize(
        "one step",
        source,
        k,
        prior,
        sigma,
        compute=lambda: take_apart(source, k, prior, sigma),
    )
    _pictures(parts, k)


def _pictures(parts: Parts, k: int) -> None:
    """The iterate after each half of the step, and under it what that half changed."""
    first, second = parts.stepped - parts.start, parts.tidied - parts.stepped
    image_panels(
        [
            Panel(title=f"Iterate {k}", image=parts.start, alt="The iterate.", low=0, high=1),
            Panel(
                title="After the gradient step",
                image=parts.stepped,
                alt="The iterate after a step down the slope of the misfit.",
                low=0,
                high=1,
            ),
            Panel(
                title=f"Iterate {k + 1}, after the prox step",
                image=parts.tidied,
                alt="The iterate after the prior's prox.",
                low=0,
                high=1,
            ),
        ],
        key="step pictures",
        columns=3,
    )
    aside, place = st.columns([1, 2])
    aside.markdown(
        f"The gradient step moved the image by $\\lVert v - m_k\\rVert = "
        f"{scientific(parts.slope)}$, the prox step by $\\lVert m_{{k+1}} - v\\rVert = "
        f"{scientific(parts.kink)}$. At the minimum the two undo each other exactly."
    )
    with place:
        image_panels(
            [_change("What the data changed", first), _change("What the prior changed", second)],
            key="step changes",
            columns=2,
        )
    things_to_try(
        "Raise $k$: the two changes become equal and opposite. Where they cancel, "
        "$0 \\in \\nabla f + \\partial g$.",
        "Raise $\\sigma$: the prior step becomes larger, and the two cancel sooner.",
        "Choose the wavelet prior: its prox moves coefficients, and pixels in blocks.",
    )


def _change(title: str, change: Float32Array) -> Panel:
    reach = symmetric_limit([change])
    return Panel(
        title=title, image=change, low=-reach, high=reach, colormap="diverging", alt=f"{title}."
    )


def take_apart(source: Source, k: int, prior: str, sigma: float) -> Parts:
    """Iterate k of proximal gradient from an empty image with τ = 0.99/L, in its two halves."""
    measurement = cached.measurement(source)
    operator, data = measurement.operator, measurement.data
    tau = np.float32(0.99 / operator.norm_squared)
    function = prior_named(prior)(operator.size, sigma, InnerLoop(iterations=50, rule="fixed"))
    start = stepped = image = np.zeros(operator.dims, np.float32)
    for _ in range(k + 1):
        start = image
        stepped = start - tau * operator.back_project(operator.project(start) - data)
        image = function.prox(stepped, float(tau)).reshape(operator.dims)
    return Parts(
        start=start,
        stepped=stepped,
        tidied=image,
        slope=float(np.linalg.norm(stepped - start)),
        kink=float(np.linalg.norm(image - stepped)),
    )

"""Step 4: the noise, one profile of it and all of it against its model."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.problem.scan import Scan
from core.ui import cached, permalink
from core.ui.curves import Series, curves, histogram_with_density
from core.ui.forward.view import view_parameter
from core.ui.lesson import beside, things_to_try
from core.ui.parameter_controls import control
from core.ui.shell import part
from core.ui.style import BLUE, DATA, LineStyle
from core.ui.wording import count, scientific

Floats = NDArray[np.floating]

WORDS = {
    "gaussian": """\
Electronics add **white Gaussian noise**: every datum gets an error of its own, all from one
bell curve with the standard deviation σ. Here σ = {level:g} % of the mean of |d|. The method of
least squares, min ‖Gm − d‖², is the right answer to just this noise.""",
    "poisson": """\
X-rays arrive as **single photons**. Of $I_0$ = {photons} photons sent along a ray,
$I_0 e^{{-s (Gm)_i}}$ come out on average, and their number obeys Poisson's law; the logarithm
turns the count back into $d_i$. Few photons come through where the object is thick: there the
noise is largest. (s scales the thickest ray to an attenuation of 4.)""",
}
EQUATIONS = {
    "gaussian": ("n_i \\sim \\mathcal N(0, \\sigma^2)", "\\sigma = {sigma}"),
    "poisson": (
        "I_i \\sim \\mathrm{{Poisson}}\\bigl(I_0\\,e^{{-s (Gm)_i}}\\bigr)",
        "d_i = -\\frac1s\\,\\ln\\frac{{I_i}}{{I_0}},\\qquad "
        "\\sigma_i \\approx \\frac{{1}}{{s\\sqrt{{I_0\\,e^{{-s (Gm)_i}}}}}}",
    ),
}
KINDS = {"Gaussian noise": "gaussian", "photon noise": "poisson"}


@part
def show(scan: Scan) -> None:
    """Compare clean and noisy data, or offer noise to a scan that has none."""
    noise = scan.noise
    if noise.kind == "none":
        _offer()
        return
    shown = cached.pictures(scan)
    deviation = noise.deviation(shown.clean)
    beside(
        WORDS[noise.kind].format(level=100 * noise.level, photons=count(noise.level)),
        *(e.format(sigma=scientific(float(deviation.mean()))) for e in EQUATIONS[noise.kind]),
    )
    angles = scan.beam.angles_deg
    view = control(
        view_parameter(scan.beam.angles),
        options=range(scan.beam.angles),
        show=lambda k: f"{angles[int(k)]:.1f}°",
        label="View at the angle θ",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**One profile**, at θ = {angles[view]:.1f}°")
        _profile(scan, shown.clean[view], shown.data[view], deviation[view])
    with right:
        st.markdown("**All residuals** d − Gm, each divided by its σ")
        if deviation.min() > 0:
            _histogram((shown.data - shown.clean) / deviation)
        else:
            st.caption("Here σ = 0, and so is every residual: there is nothing to divide.")
    things_to_try(
        "Raise the noise on the left until the profile loses the skull.",
        "Change the *seed*: another noise, the same histogram.",
        "Choose *Poisson* with 200 photons: the histogram leaves the bell curve. On which side?",
    )


def _offer() -> None:
    beside(
        "This scan has **no noise**: d = Gm exactly. Real data never are so. Add some here, or "
        "choose a kind and a level on the left.",
        "n = 0",
    )
    with st.container(horizontal=True):
        for title, kind in KINDS.items():
            if st.button(
                f"Add {title}",
                on_click=permalink.follow,
                args=({"noise": kind}, ("noise", "noise_level", "photons")),
                key=f"add {kind}",
            ):
                st.rerun()  # the controls of the noise stand outside this part
    things_to_try(
        "Add either kind, and guess first: which of them is worst where the head is thickest?"
    )


def _profile(scan: Scan, clean: Floats, data: Floats, deviation: Floats) -> None:
    edges = scan.beam.detector_edges
    x = (edges[:-1] + edges[1:]) / 2
    curves(
        [
            Series(name="d", x=x, y=data, style=LineStyle(colour=DATA), width=1.5),
            Series(name="Gm", x=x, y=clean, style=LineStyle(colour=BLUE), width=2),
            Series(
                name="Gm + 2σ",
                x=x,
                y=clean + 2 * deviation,
                style=LineStyle(colour=BLUE, dash="dot"),
                width=1,
            ),
            Series(
                name="Gm − 2σ",
                x=x,
                y=clean - 2 * deviation,
                style=LineStyle(colour=BLUE, dash="dot"),
                width=1,
            ),
        ],
        key="noise_profile",
        x_title="detector s (px)",
        y_title="profile",
        alt="One profile without noise, with noise, and the band of two standard deviations.",
    )


def _bell(z: Floats) -> Floats:
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))


def _histogram(standardised: Floats) -> None:
    histogram_with_density(
        standardised,
        _bell,
        key="noise_histogram",
        name="residuals",
        density_name="N(0, 1)",
        x_title="(dᵢ − (Gm)ᵢ) / σᵢ",
        alt="Histogram of the standardised residuals with the density of the normal law.",
    )
    mean = f"{standardised.mean():.3f}".replace("-", "−")
    share = float(np.mean(np.abs(standardised) > 2))
    st.caption(
        f"{standardised.size} residuals, mean {mean}, standard deviation "
        f"{standardised.std():.3f}; {100 * share:.1f} % beyond 2σ (the normal law has 4.6 %)."
    )

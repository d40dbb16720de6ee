"""Step 4: the noise, one profile of it and all of it against its model."""

import numpy as np
import streamlit as st

from core.array_types import FloatArray
from core.number_format import count
from core.problem.noise import NOISES
from core.problem.scan import Scan
from core.ui import cached
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves, histogram_with_density
from core.ui.forward.view import view_parameter
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.scan.link import NAMES
from core.ui.shell import part
from core.ui.style import BLUE, DATA, LineStyle

NOISE_NAMES = tuple(name for name in NAMES if name.startswith(NOISES.name))


@part
def show(scan: Scan) -> None:
    """Compare clean and noisy data, or offer noise to a scan that has none."""
    noise = scan.noise
    if not noise.present:
        _offer()
        return
    shown = cached.measurement(scan)
    rays, deviation = shown.rays, shown.deviation
    assert rays is not None  # these data are simulated here
    assert deviation is not None
    figures = noise.figures(rays)
    text_with_equations(
        noise.lesson.format(**figures), *(e.format(**figures) for e in noise.equations)
    )
    angles = scan.beam.angles_deg
    view = control(
        view_parameter(scan.beam.view_count),
        options=range(scan.beam.view_count),
        show=lambda k: f"{angles[int(k)]:.1f}°",
        label="View at the angle θ",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**One profile**, at θ = {angles[view]:.1f}°")
        _profile(scan, shown.clean[view], shown.data[view], deviation[view])
    with right:
        st.markdown(f"**All residuals** d − {clean_name(scan)}, each divided by its σ")
        live = deviation > 0
        if live.any():
            _histogram(scan, (shown.data - shown.clean)[live] / deviation[live])
            if blank := live.size - int(live.sum()):
                st.caption(
                    f"Left out: {count(blank)} data that the detectors report as 0, without noise."
                )
        else:
            st.caption("Here σ = 0, and so is every residual: there is nothing to divide.")
    things_to_try(
        "Raise the noise on the left until the profile loses the outline of the head.",
        "Change the *seed*: another noise, the same histogram.",
        "Choose *Poisson* with 200 photons: the histogram leaves the bell curve. On which side?",
    )


def _offer() -> None:
    text_with_equations(
        "This scan has **no noise**. Real data are never noise-free. Add some here, or "
        "choose a kind and a level on the left.",
        "n = 0",
    )
    with st.container(horizontal=True):
        for model in NOISES.members:
            if model.present and st.button(
                f"Add {model.kind}",
                on_click=permalink.follow,
                args=({"noise": model.name}, NOISE_NAMES),
                key=f"add {model.name}",
            ):
                st.rerun()  # the controls of the noise stand outside this part
    things_to_try(
        "Add one of them, and guess first: which of them is worst where the head is thickest?"
    )


def clean_name(scan: Scan) -> str:
    """What the data without noise are called: Gm only where G has made them."""
    return "Gm" if scan.exact else "clean"


def _profile(scan: Scan, clean: FloatArray, data: FloatArray, deviation: FloatArray) -> None:
    x, name = scan.beam.detector_centres, clean_name(scan)
    curves(
        [
            Series(name="d", x=x, y=data, style=LineStyle(colour=DATA), width=1.5),
            Series(name=name, x=x, y=clean, style=LineStyle(colour=BLUE), width=2),
            Series(
                name=f"{name} + 2σ",
                x=x,
                y=clean + 2 * deviation,
                style=LineStyle(colour=BLUE, dash="dot"),
                width=1,
            ),
            Series(
                name=f"{name} − 2σ",
                x=x,
                y=clean - 2 * deviation,
                style=LineStyle(colour=BLUE, dash="dot"),
                width=1,
            ),
        ],
        key="noise_profile",
        x_title="detector (px)",
        y_title="profile",
        alt="One profile without noise, with noise, and the band of two standard deviations.",
    )


def _bell(z: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))


def _histogram(scan: Scan, standardised: FloatArray) -> None:
    histogram_with_density(
        standardised,
        _bell,
        key="noise_histogram",
        name="residuals",
        density_name="N(0, 1)",
        x_title="(dᵢ − (Gm)ᵢ) / σᵢ" if scan.exact else "(dᵢ − cleanᵢ) / σᵢ",
        alt="Histogram of the standardised residuals with the density of the normal law.",
    )
    mean = f"{standardised.mean():.3f}".replace("-", "−")
    share = float(np.mean(np.abs(standardised) > 2))
    st.caption(
        f"{standardised.size} residuals, mean {mean}, standard deviation "
        f"{standardised.std():.3f}; {100 * share:.1f} % beyond 2σ (the normal law has 4.6 %)."
    )

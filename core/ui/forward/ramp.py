"""What the density of the lines in the spectrum asks for: the ramp."""

import numpy as np
import streamlit as st

from core.number_format import decibels
from core.parameter import Parameter
from core.problem.metrics import snr
from core.problem.scan import Scan
from core.studies.fourier_slice import density, weighted_back_projection
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations
from core.ui.style import BLUE, RED, SLATE, LineStyle

CELLS = 128
"""Side of the spectrum in which the lines are counted."""
POWERS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)

POWER = Parameter(
    name="power",
    default=0.0,
    low=POWERS[0],
    high=POWERS[-1],
    symbol="p",
    title="Power of the frequency",
    help="0 is the plain back-projection, 1 is filtered back-projection.",
)
RAMP = """\
**Where the ramp comes from.** All lines meet at the origin and drift apart: around the radius
$|\\nu|$ the same $N$ lines share a longer circle, so their density falls like $1/|\\nu|$. Adding
them up as they are (back-projection) counts low frequencies too often, and that is the blur.
Multiply by $|\\nu|$ and each frequency counts once: **filtered back-projection**. The ramp is the
Jacobian of polar coordinates."""


def ramp(scan: Scan) -> None:
    """Draw what a power of the frequency makes of the profiles, and the density of the lines."""
    text_with_equations(
        RAMP,
        "m(x) = \\int_0^{\\pi}\\!\\!\\int P_\\theta(\\nu)\\,|\\nu|\\,"
        "e^{2\\pi i \\nu s(x)}\\,d\\nu\\,d\\theta",
    )
    power = control(POWER, options=POWERS)
    data, truth = cached.measurement(scan).data, cached.truth(scan.image, scan.size)
    image = cached.memoize(
        "weighted back-projection",
        scan,
        power,
        compute=lambda: weighted_back_projection(data, scan.operator(), power),
    )
    # Only the ramp gives the units of the image; the others are brought to its brightness.
    scaled = image * float(np.vdot(image, truth) / (np.vdot(image, image) or 1.0))
    left, right = st.columns([5, 3], gap="small", vertical_alignment="bottom")
    with left:
        image_panels(
            [
                Panel(title="The image m", image=truth, low=0, high=1, alt="The true image."),
                Panel(
                    title=f"Back-projected with |ν|^{power:g}",
                    image=scaled,
                    low=0,
                    high=1,
                    caption=f"brightness fitted to m · SNR {decibels(snr(scaled, truth))}",
                    alt="The back-projection of profiles with weighted frequencies.",
                ),
            ],
            key="ramp_images",
            columns=2,
            tallest=330,
        )
    with right:
        _density(scan, power)


def _density(scan: Scan, power: float) -> None:
    radii, mean = cached.memoize(
        "line density", scan.beam.views, compute=lambda: density(scan.beam.angles_rad, CELLS)
    )
    frequencies = radii / CELLS
    theory = scan.beam.view_count / (np.pi * radii)
    curves(
        [
            Series(
                name="counted", x=frequencies, y=mean, style=LineStyle(colour=SLATE), markers=True
            ),
            Series(
                name=f"N / ({CELLS} π|ν|)", x=frequencies, y=theory, style=LineStyle(colour=BLUE)
            ),
            Series(
                name="times (2|ν|)^p",
                x=frequencies,
                y=mean * (2 * frequencies) ** power,
                style=LineStyle(colour=RED, dash="dash"),
            ),
        ],
        key="line_density",
        x_title="frequency |ν| (cycles per px)",
        y_title=f"samples per cell of 1/{CELLS}",
        log_x=True,
        log_y=True,
        alt="The density of the measured lines in the spectrum falls like one over the frequency.",
        height=300,
    )

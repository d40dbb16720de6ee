"""A step on where the ramp comes from: each view measures one line of the spectrum."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.array_types import Float64Array
from core.number_format import percent
from core.problem.scan import Scan
from core.studies.fourier_slice import (
    ComplexArray,
    image_spectrum,
    parallel_scan,
    profile_spectra,
    spectrum_lines,
)
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Overlay, Panel, image_panels
from core.ui.forward.gantry import gantry
from core.ui.forward.ramp import ramp
from core.ui.forward.view import VIEW
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, DATA, OVERLAY_SECOND, LineStyle

Numbers = NDArray[np.intp]
MOST_VIEWS = 120
MOST_FREQUENCIES = 96
DARKEST = -5.0
"""Powers of ten below its largest value that the picture of the spectrum shows."""

WORDS = """\
Take the Fourier transform of one profile. It is **one line of the image's two-dimensional
spectrum**: the line through the origin in the direction of the detectors. The gantry turns, and the
line turns with it. Half a turn sweeps over the whole spectrum, and that is why a scan
can be inverted at all."""
SOURCES = (
    "Sources: J. Radon, Ber. Verh. Sächs. Akad. Wiss. Leipzig, Math.-Phys. Kl. 69 (1917) 262–277; "
    "R. N. Bracewell, Aust. J. Phys. 9 (1956) 198–217, doi:10.1071/PH560198; A. C. Kak and "
    "M. Slaney, Principles of Computerized Tomographic Imaging, chapter 3, "
    "doi:10.1137/1.9780898719277."
)


@part
def show(scan: Scan) -> None:
    """Draw one line of the spectrum for each view, and what the density of the lines asks for."""
    text_with_equations(
        WORDS,
        "\\int d(\\theta, s)\\, e^{-2\\pi i \\nu s}\\,ds = M(\\nu\\cos\\theta, \\nu\\sin\\theta)",
    )
    parallel = parallel_scan(scan)
    if parallel is not scan:
        st.caption(
            f"The theorem needs parallel rays, and your scan has a {scan.beam.kind} beam: "
            "here are the same views with parallel rays."
        )
    _lines(parallel)
    ramp(parallel)
    st.caption(SOURCES)
    things_to_try(
        "Press *play*: at which angles does the line cross the bright arms of the spectrum?",
        "Make the detectors 4 pixels wide: where does the line end, and what detail is lost?",
        "Choose *Few views* on the left, then *Limited angle*: which part of the spectrum has no "
        "line at all?",
        "Raise $p$ beyond 1: what becomes of flat tissue, and of its edges?",
    )


def _lines(scan: Scan) -> None:
    beam = scan.beam
    views = np.unique(np.linspace(0, beam.view_count - 1, MOST_VIEWS).astype(np.intp))
    frequencies = _frequencies(scan)
    frame = linked_player(
        [f"θ = {angle:.1f}°" for angle in beam.angles_deg[views]],
        [int(view) for view in views],
        name=VIEW,
        key="slice",
        alt="Angle of the gantry",
        kept="view",  # other steps have a control of the same view
    )
    angles = beam.angles_rad[views]
    spectra, lines = cached.memoize(
        "Fourier slices", scan, compute=lambda: _slices(scan, views, frequencies)
    )
    left, right = st.columns([5, 3], gap="small", vertical_alignment="bottom")
    with left:
        overlays, padding = gantry(beam, scan.size)
        image_panels(
            [
                Panel(
                    title="Image and gantry",
                    image=cached.truth(scan.image, scan.size),
                    low=0,
                    high=1,
                    overlays=[_frames_of(one, views) for one in overlays],
                    padding=padding,
                    alt="The image with the parallel rays of this view.",
                ),
                _spectrum(scan, angles, frequencies[-1]),
            ],
            key="slice_images",
            columns=2,
            link_zoom=False,
            player="slice",
            tallest=330,
        )
    with right:
        measured, on_line = np.abs(spectra), np.abs(lines)
        scale = float(max(measured.max(), on_line.max())) or 1.0
        curves(
            [
                Series(
                    name="FFT of the profile",
                    x=frequencies,
                    y=measured / scale,
                    style=LineStyle(colour=DATA),
                    width=4,
                ),
                Series(
                    name="|M| on the line",
                    x=frequencies,
                    y=on_line / scale,
                    style=LineStyle(colour=BLUE, dash="dot"),
                ),
            ],
            key="slice_curves",
            x_title="frequency ν (cycles per px)",
            y_title="modulus",
            log_y=True,
            alt="The spectrum of this profile, and the image's spectrum on the lit line.",
            player="slice",
            height=300,
        )
    difference = np.linalg.norm(spectra[frame] - lines[frame])
    share = float(difference / (np.linalg.norm(lines[frame]) or 1.0))
    st.caption(
        f"At θ = {beam.angles_deg[views[frame]]:.1f}° the two differ by {percent(share)}. "
        "Detectors are no points: each takes the mean over its width, which damps high "
        "frequencies. White noise adds as much to each frequency."
    )


def _frequencies(scan: Scan) -> Float64Array:
    """From 0 to the highest frequency of the detectors, in cycles per pixel."""
    count = int(np.clip(scan.beam.detectors // 2 + 1, 2, MOST_FREQUENCIES))
    return np.linspace(0, 0.5 / scan.beam.detector_width, count)


def _slices(
    scan: Scan, views: Numbers, frequencies: Float64Array
) -> tuple[ComplexArray, ComplexArray]:
    shown = cached.measurement(scan)
    data = shown.data[views]
    spectra = profile_spectra(data, scan.beam, frequencies)
    return spectra, spectrum_lines(shown.truth, scan.beam.angles_rad[views], frequencies)


def _frames_of(overlay: Overlay, views: Numbers) -> Overlay:
    """The overlay of the gantry for some of the views."""
    if overlay.x.ndim == 1:
        return overlay
    look = {name: getattr(overlay, name) for name in ("colour", "mode", "width", "dash")}
    return Overlay(x=overlay.x[views], y=overlay.y[views], **look)


def _spectrum(scan: Scan, angles: Float64Array, highest: float) -> Panel:
    picture = cached.memoize(
        "spectrum",
        scan.image,
        scan.size,
        compute=lambda: image_spectrum(cached.truth(scan.image, scan.size)).astype(np.float32),
    )
    ends = np.array([-1.0, 1.0]) * min(highest, 0.5) * scan.size
    middle = scan.size // 2
    return Panel(
        title="Its spectrum, log₁₀ |M|",
        image=picture,
        low=DARKEST,
        high=0,
        colormap="viridis",
        overlays=[
            Overlay(
                x=middle + np.outer(np.cos(angles), ends),
                y=middle - np.outer(np.sin(angles), ends),
                colour=OVERLAY_SECOND,
                width=2.5,
            )
        ],
        alt="The spectrum of the image, with the line that this view measures.",
    )

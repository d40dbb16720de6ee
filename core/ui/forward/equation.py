"""Step 1: d = Gm + n, and what each letter is here."""

import numpy as np
import streamlit as st

from core.number_format import count, plural, significant
from core.problem.scan import Scan
from core.ui import cached
from core.ui.figures.panels import Panel, image_panels
from core.ui.forward.sinogram import sinogram_panel
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part

WORDS = """\
A scanner sends X-rays through an object and measures what fraction of each ray's intensity comes
out: $I/I_0 = e^{-\\int\\mu}$, the **Beer–Lambert law**. Its negative logarithm adds up along the
ray, a *line integral*; all line integrals of an object are its **Radon transform**. Cut the object
into pixels, and every ray becomes one linear equation in their values; all rays together are one
matrix. Here the image is known, so the data can be computed, with the very $G$ that
will invert them: an *inverse crime* (step 8). The scanner's task is the
other way round: **given d, find m.**"""
STAND_IN = """\
The heads are magnetic resonance images, whose brightness plays the part of the attenuation
$\\mu$: unlike in a real CT image, bone is dark and the scalp bright."""

NAMED = (
    "\\underbrace{d}_{\\text{data}} = \\underbrace{G}_{\\text{scanner}}\\,"
    "\\underbrace{m}_{\\text{image}} + \\underbrace{n}_{\\text{noise}}"
)


@part
def show(scan: Scan) -> None:
    """Draw the equation as pictures, with the sizes of this scan."""
    text_with_equations(WORDS, NAMED, "d_i = \\sum_j G_{ij}\\, m_j + n_i")
    image_panels(
        _pictures(scan),
        key="equation",
        columns=2,
        link_zoom=False,
        tallest=330 if scan.noise.present else 460,
    )
    st.markdown(_letters(scan))
    if not scan.exact:
        st.caption(
            "The data of this scan are not Gm + n: they come from a finer grid, or from an "
            "imperfect scanner. The methods do not know it."
        )
    st.caption(STAND_IN)
    things_to_try(
        "Walk through the slices with the arrow keys on the *slice* slider: d follows m.",
        "Choose *Few views* on the left: d loses rows, m keeps its unknowns.",
        "Choose *Low dose* and see what the noise does to d.",
    )


def _pictures(scan: Scan) -> list[Panel]:
    """The image and its data; where there is noise, also what the data are made of."""
    shown = cached.measurement(scan)
    top = float(max(shown.clean.max(), shown.data.max()))
    image = Panel(
        title="m, the image",
        image=shown.truth,
        low=0,
        high=1,
        alt=f"The image in the scanner: {scan.image.label}.",
    )
    data = sinogram_panel(
        scan.beam,
        shown.data,
        title="d = Gm, the data" if scan.exact and not scan.noise.present else "d, the data",
        low=0,
        high=top,
        alt="The sinogram: what the scanner reports.",
    )
    if not scan.noise.present:
        return [image, data]
    noise = shown.data - shown.clean
    reach = float(np.abs(noise).max()) or 1.0
    clean = sinogram_panel(
        scan.beam,
        shown.clean,
        title="Gm, clean data" if scan.exact else "Data without noise",
        low=0,
        high=top,
        alt="The sinogram without noise.",
    )
    errors = sinogram_panel(
        scan.beam,
        noise,
        title="n, the noise",
        low=-reach,
        high=reach,
        colormap="diverging",
        alt="The noise in each datum.",
    )
    return [image, data, clean, errors]


def _letters(scan: Scan) -> str:
    unknowns, rays = scan.size**2, scan.beam.view_count * scan.beam.detectors
    shape = f"{plural(scan.beam.view_count, 'view')} × {plural(scan.beam.detectors, 'detector')}"
    ratio = unknowns / rays
    balance = (
        f"{significant(ratio)} unknowns for every equation"
        if ratio > 1
        else f"{significant(1 / ratio)} equations for every unknown"
    )
    return f"""\
| | what it is | here |
|:--|:--|:--|
| $m$ | the image, read row by row as one column of numbers: the unknown | \
{scan.size} × {scan.size} = {count(unknowns)} pixels |
| $G$ | the scanner: one row for each ray, one column for each pixel; \
$G_{{ij}}$ says how much of pixel $j$ ray $i$ meets | \
{count(rays)} × {count(unknowns)}, nearly all zeros: {balance} |
| $n$ | the noise: random errors of measurement, not a systematic error of $G$ | \
{scan.noise.phrase} |
| $d$ | the data, arranged as a *sinogram*: one row for each view | \
{shape} = {count(rays)} numbers |
"""

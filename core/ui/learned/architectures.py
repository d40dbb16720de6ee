"""Many architectures: what each costs, how far it sees, and what it takes for granted."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from core.array_types import Float32Array
from core.markdown_table import markdown_table
from core.networks.gallery import ARCHITECTURES, DENOISINGS
from core.number_format import count, percent, significant
from core.parameter import Parameter
from core.problem.scan import Scan
from core.studies.architectures import (
    MOVED,
    SIZE,
    ArchitectureMeasures,
    Costs,
    StoredMeasures,
    costs_of,
    measure,
    stored_measures,
)
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import STORED, text_with_equations, things_to_try
from core.ui.shell import part

_MEASURED = Parameter(
    name="architectures.measured",
    default="stored",
    choices=("stored", "live"),
    help="The measurement takes a few seconds; the stored one was made by the same code.",
)
SMALLEST = 1e-4
"""The pictures of the field are logarithmic down to this share of the largest derivative."""

WORDS = """\
Any network $f_\\theta$ may stand behind FBP, or between $G$ and $G^\\top$. Which one is a choice of
**inductive bias**: what it can learn from few examples, because it takes the rest for granted. The
strip shows how the middle pixel of the output depends on each pixel of the input, before any
training. An **MLP** looks everywhere and knows nothing. **Convolutions** look nearby, and do the
same everywhere. A **ResNet** adds a correction to its input. A **U-Net** looks far on a coarse
grid, and nearby on a fine one. A **transformer** compares patches, wherever they are. A
**diffusion** model runs a denoiser again and again, from much noise to none: it draws pictures from
a density in place of giving one answer."""
MEASURE = r"\left|\frac{\partial y_{\text{middle}}}{\partial x_j}\right|"


@part
def show(scan: Scan) -> None:
    """Draw the strip, and the table of what each costs and assumes."""
    text_with_equations(WORDS, MEASURE)
    words = {"stored": "Measured beforehand, at once", "live": "Measure it here"}
    live = control(_MEASURED, words=words, label="Field and shift error") == "live"
    found = {name: measured(name, live=live) for name in ARCHITECTURES}
    costs = {name: counted(name, scan.size) for name in ARCHITECTURES}
    image_panels(
        [
            Panel(
                title=architecture.title,
                caption=f"{short(costs[name].weights)} weights, {seen(found[name])}",
                image=logarithmic(found[name].field),
                low=0,
                high=1,
                colormap="viridis",
                alt=f"{architecture.title}: on which input pixels the middle output pixel depends.",
            )
            for name, architecture in ARCHITECTURES.items()
        ],
        key="architectures",
        columns=len(ARCHITECTURES),
        tallest=200,
    )
    st.markdown(table(costs, found))
    with st.container(key="measured here" if live else STORED):
        st.caption(about(scan.size, live=live))
    things_to_try(
        "Change *Size* on the left: whose weights grow with the picture, and how?",
        "Which of them could take away a streak that crosses the whole head?",
        "*Moved* is 0 for two of them: which, and why not for the U-Net? (Its strides.)",
    )


def about(size: int, *, live: bool) -> str:
    """How the numbers were found."""
    beforehand = "" if live else ", beforehand and by the same code,"
    return (
        f"Weights and arithmetic are counted for pictures of {size} × {size} pixels on small "
        f"networks of each kind. What each sees is measured with random weights{beforehand} on "
        f"{SIZE} × {SIZE} pixels, on a logarithmic scale from {SMALLEST:g} to 1. *Moved*: by how "
        f"much the output for a picture moved by {MOVED} pixels differs from the moved output. The "
        f"arithmetic of the diffusion model is that of {DENOISINGS} denoisings."
    )


def measured(name: str, *, live: bool) -> ArchitectureMeasures:
    """What was measured of an architecture, beforehand or here; once for everybody."""
    if not live:
        return _stored().measures[name]
    return cached.memoize("architecture", name, SIZE, MOVED, compute=lambda: measure(name))


def counted(name: str, size: int) -> Costs:
    """The weights and operations of an architecture; at the lecture's size they are stored."""
    if size == Scan().size:
        return _stored().costs[name]
    return cached.memoize("costs", name, size, compute=lambda: costs_of(name, size))


def _stored() -> StoredMeasures:
    return cached.memoize("architectures, stored", compute=stored_measures)


def logarithmic(sensitivity: Float32Array) -> Float32Array:
    """The logarithm of a field, from 0 at `SMALLEST` and below to 1 at the largest."""
    decades = np.log10(np.maximum(sensitivity, SMALLEST) / SMALLEST) / -np.log10(SMALLEST)
    return np.asarray(decades, np.float32)


def short(number: int) -> str:
    """A count of weights in two figures: 75 k, 53 M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{significant(number / size, 2)} {letter}"
    return str(number)


def seen(one: ArchitectureMeasures) -> str:
    """How far a network sees, in words."""
    return "everything" if one.extent >= SIZE else f"{one.extent} pixels"


def table(costs: Mapping[str, Costs], found: Mapping[str, ArchitectureMeasures]) -> str:
    """A row for each architecture."""
    rows = [
        [
            architecture.title,
            count(costs[name].weights),
            f"{significant(costs[name].operations / 1e9, 2)}",
            seen(found[name]),
            percent(found[name].shift_error) if found[name].shift_error > 1e-6 else "0",
            architecture.assumes,
            architecture.source,
        ]
        for name, architecture in ARCHITECTURES.items()
    ]
    headings = ["", "Weights", "10⁹ operations", "Sees", "Moved", "Takes for granted", "After"]
    return markdown_table(headings, rows, align="lrrrrll")

"""What the steps share: scanners that fit a grid, panels of both signs, and code."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import streamlit as st

from core.array_types import FloatArray
from core.geometry.beams import MOST_DETECTORS, Beam
from core.problem.scan import Scan
from core.studies.script_text import with_constants
from core.ui.downloads import download
from core.ui.figures.panels import Panel


def scaled(scan: Scan, size: int, angles: int | None = None) -> Beam:
    """The scanner of a scan around a grid of another size: as many detectors fewer or more."""
    factor = size / scan.size
    beam = scan.beam.scaled(factor).with_angles(angles or scan.beam.view_count)
    detectors = min(max(round(beam.detectors * factor), 1), MOST_DETECTORS)
    return replace(beam, detectors=detectors)


def signed_panel(title: str, image: FloatArray, *, alt: str, caption: str = "") -> Panel:
    """A panel of values of both signs, whose middle grey is zero; black is zero without any."""
    reach = float(np.abs(image).max()) or 1.0
    positive = float(image.min()) >= 0
    return Panel(
        title=title,
        image=flat(image),
        low=0 if positive else -reach,
        high=reach,
        colormap="bone" if positive else "gray",
        alt=alt,
        caption=caption,
    )


def difference_panel(title: str, image: FloatArray, *, alt: str) -> Panel:
    """A panel of what should be nothing, in colours, with its largest value below the title."""
    reach = float(np.abs(image).max())
    return Panel(
        title=title,
        image=flat(image),
        low=-(reach or 1.0),
        high=reach or 1.0,
        colormap="diverging",
        alt=alt,
        caption=f"at most {apart(reach)}" if reach else "zero everywhere",
    )


def apart(difference: float) -> str:
    """A difference that should be nothing, as people read it."""
    return f"{difference:.1e}" if difference else "0, to the last bit"


def flat(image: FloatArray) -> FloatArray:
    """An array of two dimensions: what has three is put one below the other."""
    return image.reshape(-1, image.shape[-1])


def code(lesson: ModuleType, *parts: Callable[..., Any], **constants: Any) -> None:
    """Show functions of a lesson as they run, and offer its whole script.

    The style sheet puts them beside the step where the page is wide enough, else they stand below.

    constants : the values of the script's own constants, as they are on the screen.
    """
    name = f"{lesson.__name__.rpartition('.')[2]}.py"
    script = with_constants(inspect.getsource(lesson), constants)
    with st.container(key="code_of_the_step", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(":material/code: **The code of this step, as it runs**", width="content")
            download(f"The whole script, {name}", lambda: script, name, inline=True)
        shown = "\n\n".join(inspect.getsource(part) for part in parts)
        st.code(shown, language="python", wrap_lines=True)

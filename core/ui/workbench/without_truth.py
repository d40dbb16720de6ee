"""What judges an image where there is no truth: the sinogram itself, and views held out."""

import math
from collections.abc import Mapping

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.methods.base import Method
from core.number_format import percent
from core.problem.measured import MeasuredScan
from core.problem.measurement import Source
from core.problem.preparation.consistency import Moment, moments
from core.studies.held_out import EVERY, HeldOut, HeldOutViews
from core.ui.figures.curves import Series, curves
from core.ui.style import BLUE, ORANGE, LineStyle
from core.ui.workbench.long_job import long_job

CONSISTENCY = """\
#### Do the data agree with each other?
The **mass** $\\int d\\,ds$ of a parallel view is the same at every angle, and its **centre of
mass** is a sinusoid. Its $k$-th moment $\\int s^k d\\,ds$ is a polynomial of degree $k$ in
$\\cos\\theta$ and $\\sin\\theta$ (Helgason and Ludwig). What departs from it no image can explain:
views cut off at the sides, a drifting beam, wrong angles, an object that moves."""
HELD_OUT = f"""\
#### Does the image predict views that it has not seen?
Each method gets four views in five and predicts the {EVERY}th. An image that follows the noise fits
the views that it saw far better than those that it did not."""
NAMES = ("mass", "first moment", "second moment", "third moment")


def judging_tab(source: Source, chosen: Mapping[str, Method]) -> None:
    """Draw the consistency of the sinogram, and offer to hold views out."""
    left, right = st.columns(2, gap="large")
    with left:
        _consistency(source)
    with right:
        st.markdown(HELD_OUT)
        study = HeldOutViews(scan=source, methods=tuple(chosen.values()))
        long_job(
            study.task,
            label="Hold views out",
            icon=":material/visibility_off:",
            help="Solves once for each method above.",
            show=_held_out,
        )


def _consistency(source: Source) -> None:
    st.markdown(CONSISTENCY)
    if not isinstance(source, MeasuredScan):
        return
    prepared = source.prepared
    if not prepared.parallel:
        st.caption("The conditions are those of parallel rays; these data are of a fan.")
        return
    found = moments(prepared.data, prepared.angles_deg)
    st.markdown(consistency_table(found))
    mass = found[0]
    curves(
        [
            Series(
                name="measured",
                x=prepared.angles_deg,
                y=mass.values / (float(np.abs(mass.values).mean()) or 1.0),
                style=LineStyle(colour=BLUE),
            ),
            Series(
                name="of one object",
                x=prepared.angles_deg,
                y=mass.fitted / (float(np.abs(mass.values).mean()) or 1.0),
                style=LineStyle(colour=ORANGE),
            ),
        ],
        key="mass of the views",
        x_title="angle / °",
        y_title="mass / mean mass",
        height=260,
        alt="The mass of each view against its angle.",
    )


def consistency_table(found: tuple[Moment, ...]) -> str:
    """The mismatch of each moment as a Markdown table."""
    rows = [[NAMES[m.order], percent(m.mismatch)] for m in found]
    return markdown_table(["Moment over the angles", "departs by"], rows)


def _held_out(state: JobState[tuple[HeldOut, ...]]) -> None:
    found = state.parts_so_far
    if not found:
        return
    rows = [[one.title, _percent(one.error), _percent(one.seen)] for one in found]
    st.markdown(markdown_table(["Method", "views held out", "views it saw"], rows))
    for one in found:
        if one.reason:
            st.caption(f"{one.title}: {one.reason}")


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %" if math.isfinite(share) else "–"

"""Which data the page is about: the simulated scan, or what was measured."""

import streamlit as st

from core.parameter import Parameter
from core.problem.measured import MeasuredScan
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.ui.figures.component import SCAN
from core.ui.file_names import scan_name

DATA = Parameter(
    name="data",
    default="simulated",
    choices=("simulated", "measured"),
    words={"simulated": "Simulated", "measured": "Measured"},
    title="Data",
    help=(
        "Measured data: a shipped tilt series of an electron microscope, or your own sinogram. "
        "Their true image is unknown."
    ),
)
_MEASURED = "measured data"


def remember(source: MeasuredScan | None) -> None:
    """Keep the measured data that the sidebar describes; None for a simulated scan."""
    st.session_state[_MEASURED] = source


def measured() -> MeasuredScan | None:
    """The measured data of this session; None where it looks at a simulated scan."""
    source: MeasuredScan | None = st.session_state.get(_MEASURED)
    return source


def source_for(scan: Scan) -> Source:
    """What a workbench reconstructs: the measured data where they are chosen, else the scan."""
    return measured() or scan


def simulated_meanwhile(scan: Scan, why: str = "This needs a true image") -> None:
    """Say where a truth is needed, and why, that the simulated scan is shown in place of data.

    Saved figures are named after it.
    """
    if measured() is not None:
        st.session_state[SCAN] = scan_name(scan)
        st.info(
            f"{why}, which measured data do not have: meanwhile it shows the simulated scan of the "
            "sidebar. The workbenches of *Classical inversion*, *Proximal "
            "methods* and *Learned methods*, and *Compare*, run on the measured data.",
            icon=":material/science:",
        )

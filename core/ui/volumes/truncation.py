"""Step 5: a panel too small for the object."""

import numpy as np
import streamlit as st

from core.parameter import Parameter
from core.problem.volume_scan import VolumeScan
from core.studies.truncated import Truncated
from core.studies.volume_lessons import Lesson
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, circle, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.style import BLUE, ORANGE, PURPLE, TRUTH, LineStyle
from core.ui.volumes.common import lesson_panel, simulated
from core.ui.workbench.long_job import long_job

WORDS = """\
A panel narrower than the object sees a cylinder of it whole; what lies outside is in some views
only. The ramp filter of **FDK** takes the cut at the panel's edge for an edge of the object.
Values rise towards the rim of the cylinder, which is called **cupping**, and all of it is too
bright. An iterative method has the whole volume as its unknown and knows which rays were
measured: what was cut off may lie outside, where it belongs."""
EQUATIONS = (r"\min_m \lVert P\,(G m - d) \rVert", r"P\text{: the columns that are left}")
SHARE = Parameter(
    name="truncation.share",
    default=0.6,
    low=0.3,
    high=1.0,
    title="Columns that are left",
    help="As a share of the panel on the left.",
)
ITERATIONS = Parameter(
    name="truncation.iterations", default=15, low=1, high=60, title="CGLS iterations"
)
STYLES = (PURPLE, BLUE, ORANGE)


def show(scan: VolumeScan) -> None:
    """Draw the controls, and the three reconstructions."""
    text_with_equations(WORDS, *EQUATIONS)
    left, right = st.columns(2, gap="medium")
    with left:
        share = control(
            SHARE,
            label=SHARE.title,
            options=tuple(n / 10 for n in range(3, 11)),
            show=lambda part: f"{100 * part:.0f} %",
        )
    with right:
        iterations = int(control(ITERATIONS, label=ITERATIONS.title))
    study = Truncated(scan=scan, share=share, iterations=iterations)

    long_job(
        study.task,
        label="Scan with the small panel",
        icon=":material/crop:",
        show=lambda state: _draw(study, state.parts_so_far),
    )
    st.caption(
        "SNR and bias are those of the cylinder that the small panel sees whole, which is dotted; "
        "the bias is that of its mean."
    )
    things_to_try(
        "40 % of the columns: how far from the rim does FDK's error reach?",
        "5 and 50 iterations of CGLS: its error at the rim of the cylinder creeps inwards.",
        "A *helix* has no FDK here; with the cone, is the top of the head hurt as well?",
    )


def _draw(study: Truncated, lessons: tuple[Lesson, ...]) -> None:
    truth = simulated(study.scan).truth
    middle, size = len(truth) // 2, study.scan.size
    field = circle(study.small.beam.field_radius, size, width=1.2, dash="dot")
    panels = [
        Panel(
            title="Truth",
            image=truth[middle],
            low=0,
            high=1,
            overlays=[field],
            caption="dotted: seen whole",
            alt="The middle slice, and the circle that the small panel sees.",
        )
    ]
    panels += [lesson_panel(lesson, _caption(lesson)) for lesson in lessons]
    image_panels(panels, key="truncation_pictures", columns=4, tallest=380)
    if not lessons:
        return
    x = np.arange(size) - (size - 1) / 2
    series = [
        Series(name="truth", x=x, y=truth[middle, size // 2], style=LineStyle(colour=TRUTH)),
        *(
            Series(name=lesson.title, x=x, y=lesson.profile, style=LineStyle(colour=colour))
            for lesson, colour in zip(lessons, STYLES, strict=False)
        ),
    ]
    curves(
        series,
        key="truncation_profiles",
        x_title="x (voxels)",
        y_title="value",
        height=280,
        alt="The values from left to right through the middle of the slice.",
    )


def _caption(lesson: Lesson) -> str:
    return f"SNR {lesson.snr:.1f} dB, bias {100 * lesson.bias:+.0f} %"

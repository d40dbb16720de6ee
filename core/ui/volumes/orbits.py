"""Step 3: Tuy's condition, in one picture: a circle loses flat disks, a helix does not."""

import numpy as np
import streamlit as st

from core.markdown_table import markdown_table
from core.parameter import Parameter
from core.problem.volume_scan import VolumeScan
from core.problem.volumes.defrise import DefriseDisks
from core.studies.orbits import Orbits, values_on_axis
from core.studies.volume_lessons import Lesson, axis_profile
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.style import BLUE, GREEN, ORANGE, TRUTH, LineStyle
from core.ui.volumes.common import lesson_panel
from core.ui.workbench.long_job import long_job

WORDS = """\
Everything that can be known of a volume is in its sums over **planes**, and a source sees the
planes that run through it. **Tuy's condition**: a volume can be recovered stably if every plane
that meets it also meets the path of the source. A circle breaks it, for a plane just above the
circle and parallel to it is never met. **Defrise's disks** are made of such planes: flat disks
one above the other, with gaps as thick. No method brings back what was not measured. A
**helix** meets nearly every plane through the object, with the same number of views; a longer one
would meet all."""
EQUATIONS = (
    r"\{x : x \cdot \xi = s\} \cap \operatorname{supp} m \neq \emptyset",
    r"\implies \exists\, \lambda:\ a(\lambda) \cdot \xi = s",
    r"a(\lambda)\text{: the path of the source}",
)
SOURCE = (
    "Source: H. K. Tuy, SIAM J. Appl. Math. 43 (1983) 546–552, doi:10.1137/0143035. The source is "
    "1.2 sides of the volume from the axis, the data have no noise; the profile is the mean near "
    "the axis. The helix takes two turns."
)
SIZE = Parameter(name="orbits.size", default=48, low=32, high=64, title="Volume size (voxels)")
VIEWS = Parameter(name="orbits.views", default=120, low=20, high=240, title="Views of each orbit")
ITERATIONS = Parameter(
    name="orbits.iterations", default=30, low=1, high=60, title="CGLS iterations"
)
STYLES = (BLUE, ORANGE, GREEN)


def show(scan: VolumeScan) -> None:
    """Draw the controls, and the reconstructions of the disks."""
    text_with_equations(WORDS, *EQUATIONS)
    places = st.columns(3, gap="medium")
    with places[0]:
        size = control(SIZE, label=SIZE.title, options=(32, 40, 48, 56, 64))
    with places[1]:
        views = control(VIEWS, label=VIEWS.title, options=(20, 40, 60, 90, 120, 180, 240))
    with places[2]:
        iterations = control(ITERATIONS, label=ITERATIONS.title)
    study = Orbits(size=int(size), views=int(views), iterations=int(iterations))

    long_job(
        study.task,
        label="Scan the disks",
        icon=":material/stacks:",
        show=lambda state: _draw(study, state.parts_so_far),
    )
    st.caption(SOURCE)
    things_to_try(
        "Double the CGLS iterations: do the outer disks come back?",
        "Take more views of the circle: all in one plane, they add nothing of what is missing.",
        "Look at the outer disks of FDK: they are so dim that the gaps are brighter.",
    )


def _draw(study: Orbits, lessons: tuple[Lesson, ...]) -> None:
    truth = cached.memoize(
        "disks", study.size, compute=lambda: DefriseDisks().read(study.size, study.size)
    )
    front = np.ascontiguousarray(truth[::-1, study.size // 2])
    panels = [Panel(title="Truth", image=front, low=0, high=1, alt="Seven disks from the front.")]
    panels += [lesson_panel(lesson) for lesson in lessons]
    image_panels(panels, key="orbit_pictures", columns=4, tallest=330)
    if not lessons:
        return
    heights = (np.arange(study.size) - (study.size - 1) / 2) * (2 / study.size)
    series = [Series(name="truth", x=heights, y=axis_profile(truth), style=LineStyle(colour=TRUTH))]
    series += [
        Series(name=lesson.title, x=heights, y=lesson.profile, style=LineStyle(colour=colour))
        for lesson, colour in zip(lessons, STYLES, strict=False)
    ]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        curves(
            series,
            key="orbit_profiles",
            x_title="height z (half sides)",
            y_title="mean near the axis",
            height=300,
            alt="The values along the axis of rotation: disks and gaps.",
        )
    with right:
        st.markdown(table(study.size, lessons))


def table(size: int, lessons: tuple[Lesson, ...]) -> str:
    """What is left of the disks and the gaps, from the middle outwards."""
    rows = [["truth", "1", "1", "0"]]
    for lesson in lessons:
        disks = values_on_axis(lesson.profile, size)
        gaps = values_on_axis(lesson.profile, size, gaps=True)
        outer = disks[[0, -1]].mean(), round(float(gaps[[0, -1]].mean()), 2) + 0.0
        numbers = (disks[len(disks) // 2], *outer)
        rows.append([lesson.title, *(f"{number:.2f}" for number in numbers)])
    return markdown_table(["", "middle disk", "outer disks", "outer gaps"], rows)

"""Step 4: why to solve in three dimensions, though the slices could be solved one by one."""

import streamlit as st

from core.parameter import Parameter
from core.problem.volume_scan import VolumeScan
from core.studies.slices_or_whole import SlicesOrWhole
from core.studies.volume_lessons import Lesson
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.volumes.common import lesson_panel
from core.ui.workbench.long_job import long_job

WORDS = """\
With parallel rays every slice is a problem of its own. Total variation need not stop there:
edges go on from slice to slice, so the neighbours above and below know something of a voxel,
and their noise is another one. If neighbouring slices are seen at **interleaved angles**, they
also fill each other's gaps, at no cost: the same number of views, each slice turned by a
quarter of the step against the one below."""
EQUATIONS = (
    r"\text{slices: } \sum \lVert (\partial_x m, \partial_y m) \rVert_2",
    r"\text{volume: } \sum \lVert (\partial_x m, \partial_y m, \partial_z m) \rVert_2",
)
SIZE = Parameter(name="whole.size", default=64, low=32, high=96, title="Size of a slice (voxels)")
VIEWS = Parameter(name="whole.views", default=15, low=5, high=60, title="Views of each slice")
LEVEL = Parameter(
    name="whole.noise", default=0.03, low=0.005, high=0.2, title="Noise (share of the mean)"
)
SLICES = 3 / 8
"""Slices as a share of the size: the head of Colin27 fills about as many."""


def show(scan: VolumeScan) -> None:
    """Draw the controls, and the three reconstructions."""
    text_with_equations(WORDS, *EQUATIONS)
    places = st.columns(3, gap="medium")
    with places[0]:
        size = int(control(SIZE, label=SIZE.title, options=(32, 48, 64, 80, 96)))
    with places[1]:
        views = int(control(VIEWS, label=VIEWS.title, options=(5, 8, 10, 15, 20, 30, 45, 60)))
    with places[2]:
        level = control(
            LEVEL,
            label=LEVEL.title,
            options=(0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2),
            show=lambda share: f"{100 * share:g} %",
        )
    study = SlicesOrWhole(
        image=scan.image, size=size, slices=round(SLICES * size), views=views, noise=level
    )

    long_job(
        study.task,
        label="Solve in both ways",
        icon=":material/view_in_ar:",
        show=lambda state: _draw(study, state.parts_so_far),
    )
    st.caption(
        f"{study.slices} slices of the volume on the left, parallel rays, data of a finer grid, "
        f"{study.iterations} iterations of FISTA with non-negative total variation. Its weight is "
        "the best of four for each of the three, as judged by the truth."
    )
    things_to_try(
        "5 % noise and 30 views: the noise of the neighbours is averaged away.",
        "10 views and 1 % noise: which of the two helps now, the neighbours or their angles?",
        "Choose the *balls* on the left: do they gain more than a head, and why?",
    )


def _draw(study: SlicesOrWhole, lessons: tuple[Lesson, ...]) -> None:
    truth = cached.memoize(
        "slices", study.image, study.size, study.slices,
        compute=lambda: study.image.read(study.size, study.slices),
    )  # fmt: skip
    middle = study.slices // 2
    panels = [
        Panel(title="Truth, middle slice", image=truth[middle], low=0, high=1, alt="The truth.")
    ]
    panels += [lesson_panel(lesson, _caption(lesson, lessons[0])) for lesson in lessons]
    image_panels(panels, key="whole_pictures", columns=4, tallest=380)
    if lessons:
        weights = ", ".join(f"{lesson.weight:g}" for lesson in lessons)
        st.markdown(f"The best weights, in standard deviations of the noise of a datum: {weights}.")


def _caption(lesson: Lesson, first: Lesson) -> str:
    gain = "" if lesson is first else f", {lesson.snr - first.snr:+.2f} dB"
    return f"SNR {lesson.snr:.2f} dB{gain}"

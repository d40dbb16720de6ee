"""The lesion test: who keeps a small lesion, who loses it, who draws one that is not there."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from core.array_types import Image
from core.evaluation import lesions as stored
from core.evaluation.trials import trials
from core.jobs.job import JobState
from core.parameter import Parameter
from core.problem.images import Lesion, WithLesion
from core.problem.lesion import CONTRAST_RANGE, PLACE_RANGE, RADIUS_RANGE, finding, without_lesion
from core.problem.lesion_shapes import SHAPES
from core.problem.scan import Scan
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.studies.evaluated_method import EvaluatedMethod
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, Pixel, circle, image_panels
from core.ui.learned.breaks_lesion_result import (
    MEASURES,
    close_up,
    close_ups,
    tested,
    verdict_table,
)
from core.ui.learned.score_tables import title_of
from core.ui.lesson import things_to_try
from core.ui.workbench.long_job import long_job

WORDS = """\
What a doctor looks for is rare, and small. Put a lesion into the truth, scan the head twice, once
without and once with it, and let every method reconstruct both. The **difference** of its two
pictures is all that the method lets through of the lesion. For the trained networks it is no
surprise with a disc: small ellipses, bright and dark, were painted into the heads of their
training. The other shapes are in no training of the networks for heads; the network of the varied
training has seen photographs of text, vessels and coins."""
DEFAULT = Lesion()
_X = Parameter(name="lesion.x", default=DEFAULT.x, low=PLACE_RANGE[0], high=PLACE_RANGE[1])
_Y = Parameter(name="lesion.y", default=DEFAULT.y, low=PLACE_RANGE[0], high=PLACE_RANGE[1])
_RADIUS = Parameter(
    name="lesion.radius",
    default=DEFAULT.radius,
    low=RADIUS_RANGE[0],
    high=RADIUS_RANGE[1],
    help="In halves of the image's side.",
)
_CONTRAST = Parameter(
    name="lesion.contrast",
    default=DEFAULT.contrast,
    low=CONTRAST_RANGE[0],
    high=CONTRAST_RANGE[1],
    help="Added to the image, whose brightest value is 1; below 0 the lesion is dark.",
)
_RADII = (0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25)


_SHAPE = Parameter(name="lesion.shape", default=DEFAULT.shape, choices=SHAPES)


def show(scan: Scan, chosen: tuple[EvaluatedMethod, ...]) -> None:
    """Draw the lesion and its controls, and the test."""
    picture, words = st.columns([2, 3], gap="large")
    with words:
        st.markdown(WORDS)
        lesion = ask_lesion(scan.size)
    image = without_lesion(scan.image)
    sick = replace(scan, image=WithLesion(image=image, lesion=lesion))
    truths = cached.truth(scan.image, scan.size), cached.truth(sick.image, scan.size)
    with picture:
        lesion_on_truth(lesion, truths[1])
    finding(lesion, truths, truths)  # says so where there is nothing to test
    asked = Comparison(scans=(scan, sick), candidates=chosen, title="The lesion test", hold=True)
    with words:
        st.caption(
            "Total variation keeps the weight that is best without the lesion, so that the "
            "lesion is all that differs."
        )
    long_job(
        asked.task,
        label="Test the methods",
        icon=":material/biotech:",
        show=partial(_show, lesion, truths, chosen),
    )
    _stored()
    things_to_try(
        "A ring, a cross, a letter: which network keeps a shape that it has never seen, and which "
        "makes a disc of it?",
        "Make it smaller and fainter until the first method loses it, and then the last.",
        "A bright lesion of 0.25, a dark one of −0.25: does every method treat them alike?",
        "With 15 views, or 5 % noise: look for lesions in the pictures *without* one.",
    )


def _stored() -> None:
    """What became of all shapes at many places, from the file of trials."""
    rows = [row for row in trials() if row.experiment == stored.EXPERIMENT]
    if not rows:
        return
    st.markdown("**At many places**")
    places = len({(row.subject, row.number) for row in rows})
    st.caption(
        f"The share recovered in per cent, mean ± standard deviation over {places} random places "
        f"in both heads: radius {stored.RADIUS:g}, contrast {stored.CONTRAST:g}, "
        f"{100 * stored.NOISE:g} % noise, the lecture's scan at half the side. *False* is the "
        "false contrast of a disc."
    )
    st.markdown(stored.as_markdown(rows, title_of))


def ask_lesion(size: int) -> Lesion:
    """Draw the controls of a lesion in an image of this size; return it."""
    first, second = st.columns(2, gap="medium")
    with first:
        x = float(control(_X, label="Place $x$, to the right"))
        radius = float(
            control(
                _RADIUS,
                options=_RADII,
                label="Radius",
                show=lambda r: f"{r:g} ({r * size / 2:.2g} px)",
            )
        )
    with second:
        y = float(control(_Y, label="Place $y$, upwards"))
        contrast = float(control(_CONTRAST, label="Contrast"))
    shape = control(_SHAPE, words={name: name.capitalize() for name in SHAPES}, label="Shape")
    return Lesion(x=x, y=y, radius=radius, contrast=contrast, shape=shape)


def lesion_on_truth(lesion: Lesion, truth: Image) -> None:
    """The truth with the lesion; a click on it moves the lesion."""
    size = truth.shape[0]
    half = size / 2
    reach = max(2 * lesion.radius * half, lesion.radius * half + 3)
    image_panels(
        [
            Panel(
                title="Truth with the lesion: click to move it",
                image=truth,
                low=0,
                high=1,
                alt="The true image with the lesion, and a circle around it.",
                overlays=[
                    circle(reach, size, centre=(lesion.x * half, lesion.y * half), width=1.5)
                ],
            )
        ],
        key="lesion",
        columns=1,
        on_point=partial(_move, size),
        tallest=380,
    )


def _move(size: int, pixel: Pixel) -> None:
    for name, value in (
        (_X.name, (pixel.column + 0.5) * 2 / size - 1),
        (_Y.name, 1 - (pixel.row + 0.5) * 2 / size),
    ):
        low, high = PLACE_RANGE
        st.session_state[name] = round(float(np.clip(value, low, high)), 2)


def _show(
    lesion: Lesion,
    truths: tuple[Image, Image],
    chosen: Sequence[EvaluatedMethod],
    state: JobState[ComparisonResult],
) -> None:
    found = state.result_so_far
    if found is None:
        return
    for note in found.notes:
        st.warning(note)
    tests = [
        tested(candidate.title, lesion, truths, (found.image(0, column), found.image(1, column)))
        for column, candidate in enumerate(chosen)
        if found.has(1, column) and np.isfinite(found["snr"][:, column]).all()
    ]
    if tests:
        close_ups([tested("Truth", lesion, truths, truths), *tests], close_up(lesion, truths[0]))
        st.markdown(verdict_table(tests))
        st.caption(MEASURES)

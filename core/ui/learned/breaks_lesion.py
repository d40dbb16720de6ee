"""The lesion test: who keeps a small lesion, who loses it, who draws one that is not there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from core.array_types import Image
from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.parameters import Parameter
from core.problem.images import Lesion, WithLesion
from core.problem.lesion import (
    CONTRAST_RANGE,
    INVENTED,
    KEPT,
    LOST,
    PLACE_RANGE,
    RADIUS_RANGE,
    Finding,
    Verdict,
    finding,
)
from core.problem.scan import Scan
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.studies.evaluated_method import EvaluatedMethod
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Overlay, Panel, Pixel, image_panels
from core.ui.lesson import things_to_try
from core.ui.workbench.long_job import long_job

WORDS = """\
What a doctor looks for is rare, and small. Put a lesion into the truth, scan the head twice, once
without and once with it, and let every method reconstruct both. The **difference** of its two
pictures is all that the method lets through of the lesion. For the trained networks it is no
surprise: small ellipses, bright and dark, were painted into the heads of their training, and this
disc is like them."""
MEASURES = f"""\
*Recovered*: inside minus a ring around, in the difference, over the same in the truth. *False*:
what the picture **without** the lesion shows too much at this place, in the same measure.
*Elsewhere*: how much the rest of the picture changed, over the size of the true change. At least
{100 * KEPT:.0f} % recovered is **kept**, less than {100 * LOST:.0f} % **lost**, between them
**faded**; a false contrast of at least {100 * INVENTED:.0f} % is **invented**,
whatever its recovered share."""
VERDICTS: dict[Verdict, str] = {
    "kept": ":green[**kept**]",
    "faded": ":orange[**faded**]",
    "lost": ":red[**lost**]",
    "invented": ":violet[**invented**]",
}
DEFAULT = Lesion()
CLOSE_UP = 0.18
"""Half the side of the close-up, in halves of the image's side, unless the lesion is large."""
COLUMNS = 4

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


def show(scan: Scan, chosen: tuple[EvaluatedMethod, ...]) -> None:
    """Draw the lesion and its controls, and the test."""
    picture, words = st.columns([2, 3], gap="large")
    with words:
        st.markdown(WORDS)
        lesion = ask_lesion(scan.size)
    image = scan.image.image if isinstance(scan.image, WithLesion) else scan.image
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
    things_to_try(
        "Make it smaller and fainter until the first method loses it, and then the last.",
        "A bright lesion of 0.25, a dark one of −0.25: does every method treat them alike?",
        "With 15 views, or 5 % noise: look for lesions in the pictures *without* one.",
    )


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
    return Lesion(x=x, y=y, radius=radius, contrast=contrast)


def lesion_on_truth(lesion: Lesion, truth: Image) -> None:
    """The truth with the lesion; a click on it moves the lesion."""
    size = truth.shape[0]
    turn = np.linspace(0, 2 * np.pi, 73)
    reach = max(2 * lesion.radius, lesion.radius + 6 / size)
    image_panels(
        [
            Panel(
                title="Truth with the lesion: click to move it",
                image=truth,
                low=0,
                high=1,
                alt="The true image with the lesion, and a circle around it.",
                overlays=[
                    Overlay(
                        x=(lesion.x + reach * np.cos(turn) + 1) * size / 2 - 0.5,
                        y=(1 - lesion.y - reach * np.sin(turn)) * size / 2 - 0.5,
                        width=1.5,
                    )
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
    parts = state.progress.parts if state.progress is not None else ()
    found = state.result if state.result is not None else (parts[0] if parts else None)
    if found is None:
        return
    for note in found.notes:
        st.warning(note)
    tests = [
        _tested(candidate.title, lesion, truths, (found.image(0, column), found.image(1, column)))
        for column, candidate in enumerate(chosen)
        if found.has(1, column) and np.isfinite(found["snr"][:, column]).all()
    ]
    if tests:
        _close_ups([_tested("Truth", lesion, truths, truths), *tests], close_up(lesion, truths[0]))
        st.markdown(_table(tests))
        st.caption(MEASURES)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Tested:
    """What a method made of the head without and with the lesion, and the judgement."""

    title: str
    images: tuple[Image, Image]
    finding: Finding


def _tested(
    title: str,
    lesion: Lesion,
    truths: tuple[Image, Image],
    images: tuple[Image, Image],
) -> _Tested:
    return _Tested(title=title, images=images, finding=finding(lesion, truths, images))


def close_up(lesion: Lesion, truth: Image) -> tuple[slice, slice]:
    """Rows and columns of the close-up around the lesion."""
    size = truth.shape[0]
    half = max(CLOSE_UP, 2.5 * lesion.radius) * size / 2
    middle = (1 - lesion.y) * size / 2, (1 + lesion.x) * size / 2
    side = int(np.ceil(2 * half))
    low = [int(np.clip(round(m - half), 0, size - side)) for m in middle]
    return slice(low[0], low[0] + side), slice(low[1], low[1] + side)


def _close_ups(tests: Sequence[_Tested], cut: tuple[slice, slice]) -> None:
    """Three rows, the truth first: without the lesion, with it, and the difference."""
    healthy, sick = tests[0].images
    reach = float(np.abs(sick - healthy).max())
    for words in ("Without the lesion", "With the lesion", "With minus without"):
        st.markdown(f"**{words}**, close up")
        difference = words == "With minus without"
        panels = []
        for one in tests:
            without, with_it = one.images
            picture = with_it - without if difference else with_it
            panels.append(
                Panel(
                    title=one.title,
                    image=(without if words == "Without the lesion" else picture)[cut],
                    low=-reach if difference else 0,
                    high=reach if difference else 1,
                    colormap="diverging" if difference else "bone",
                    caption=f"recovered {_percent(one.finding.recovered)}" if difference else "",
                    alt=f"{one.title}, {words.lower()}, around the lesion.",
                )
            )
        image_panels(panels, key=f"lesion {words}", columns=COLUMNS, tallest=220)


def _table(tests: Sequence[_Tested]) -> str:
    rows = []
    for one in tests:
        judged = one.finding
        shares = (_percent(judged.recovered), _percent(judged.false))
        rows.append([one.title, VERDICTS[judged.verdict], *shares, f"{judged.elsewhere:.2f}"])
    headings = ["Method", "Lesion", "Recovered", "False", "Elsewhere"]
    return markdown_table(headings, rows, align="llr")


def _percent(share: float) -> str:
    return f"{round(100 * share) or 0:.0f} %".replace("-", "−")

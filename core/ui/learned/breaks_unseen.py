"""What the data did not say: each picture split into its measured and its unseen part."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.problem.scan import Scan
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.null_space_study import TRUTH, Part, UnseenParts
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.workbench.long_job import long_job
from core.ui.workbench.pictures import symmetric_limit

WORDS = """\
Every picture is the sum of two parts. The **measured part** alone makes its data; the **unseen
part** makes none: no detector would notice if it were another.

So whatever stands there came from the method, from its regulariser or from the heads it was trained
on. A good prior guesses it well; a guess it is all the same. Compare it with the unseen part of the
truth, which nobody measured either."""
EQUATIONS = (
    r"\hat m = \underbrace{G^+ G\,\hat m}_{\hat m_\parallel} + \hat m_0, \qquad G\,\hat m_0 = 0",
)
COLUMNS = r"""
*Share* is $\|\hat m_0\|/\|\hat m\|$. The two errors say where a method is wrong: in what the data
did say, $\|\hat m_\parallel - m_\parallel\|/\|m\|$, or in what it had to guess,
$\|\hat m_0 - m_0\|/\|m\|$. *Left in the data* is $\|G\hat m_0\|/\|G\hat m\|$ after this number of
CGLS steps: what remains of it is too weak to matter."""


def show(scan: Scan, chosen: tuple[EvaluatedMethod, ...]) -> None:
    """Draw the words, and the parts as they come."""
    text_with_equations(WORDS, *EQUATIONS)
    titles = {candidate.name: candidate.title for candidate in chosen} | {"fbp": "FBP"}
    long_job(
        UnseenParts(scan=scan, candidates=chosen).task,
        label="Split the pictures",
        icon=":material/visibility_off:",
        show=partial(_show, {TRUTH: "Truth", **titles}),
    )
    things_to_try(
        "Fewer views: what goes over into the unseen part, of the truth and of each picture?",
        "FBP has almost no unseen part: it is nearly $G^\\top$ of something. Is that an advantage?",
        "Whose guess is best, and does the same method also keep to the data?",
        "Add 5 % noise: now the measured part is wrong too.",
    )


def _show(titles: Mapping[str, str], state: JobState[tuple[Part, ...]]) -> None:
    parts = state.parts_so_far
    if not parts:
        return
    reach = symmetric_limit([part.split.unseen for part in parts[:1]])
    panels = []
    for part in parts:
        title = titles[part.name]
        panels += [
            Panel(
                title=title,
                image=part.split.measured,
                low=0,
                high=1,
                caption="measured part",
                alt=f"The part of {title} that the data depend on.",
            ),
            Panel(
                title=title,
                image=part.split.unseen,
                low=-reach,
                high=reach,
                colormap="diverging",
                caption=f"unseen: {100 * part.split.share:.1f} %",
                alt=f"The part of {title} that leaves no trace in the data.",
            ),
        ]
    image_panels(panels, key="unseen parts", columns=4)
    st.markdown(_table(titles, parts))
    st.caption(COLUMNS)


def _table(titles: Mapping[str, str], parts: tuple[Part, ...]) -> str:
    truth = parts[0].split
    norm = float(np.hypot(np.linalg.norm(truth.measured), np.linalg.norm(truth.unseen)))
    rows = []
    for part in parts:
        one = part.split
        errors = [
            float(np.linalg.norm(mine - true)) / norm
            for mine, true in ((one.measured, truth.measured), (one.unseen, truth.unseen))
        ]
        rows.append(
            [
                titles[part.name],
                f"{100 * one.share:.1f} %",
                *("–" if part.name == TRUTH else f"{100 * error:.1f} %" for error in errors),
                f"{one.leak:.0e}",
                str(one.iterations),
            ]
        )
    headings = ["Picture", "Share unseen", "Error, measured", "Error, unseen"]
    return markdown_table([*headings, "Left in the data", "Steps"], rows)

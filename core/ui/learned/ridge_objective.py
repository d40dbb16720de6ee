"""How J of the convex ridge regulariser falls, beside that of total variation."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from core.array_types import Float64Array
from core.jobs.job import JobState
from core.methods.base import Method
from core.methods.convex_ridge import ConvexRidgeMethod
from core.methods.fista import FISTA
from core.methods.support.history import History
from core.methods.support.reconstruction import Reconstruction
from core.parameters import values_of
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.studies.reconstruction import ReconstructionStudy, Sweep
from core.ui.figures.curves import Series, curves
from core.ui.scan.source import source_for
from core.ui.style import styles_in_one_figure
from core.ui.workbench.long_job import long_job

ITERATIONS = 40
SOLVERS: Mapping[str, Method] = {
    "Convex ridges, MFISTA": ConvexRidgeMethod(iterations=ITERATIONS),
    "Total variation, FISTA": FISTA(
        prior="tv_nonnegative", sigma=0.1, iterations=ITERATIONS, inner_iterations=60
    ),
}
"""Both with the momentum of Nesterov, from an empty image, and with m ≥ 0."""
WORDS = f"""\
**How $J$ falls.** The convex ridges are minimised by MFISTA: a step that would raise $J$ is not
taken. Total variation is minimised here by FISTA with restart, which has the same momentum and no
such rule. Both begin with an empty image, where $J(0) = \\tfrac12\\lVert d\\rVert^2$, and take
{ITERATIONS} iterations on your scan. Their regularisers and weights differ, so they fall to
different minima: compare how fast and how steadily each curve falls, and not how low it ends. At
first nearly all of $J$ is misfit, and the curves lie on each other."""
ROUNDING = 1e-6
"""Of √(J(mₖ) J(0)): J comes from a residual in single precision, with errors of 6·10⁻⁸ of d for
each addition along a ray."""


def show(scan: Scan) -> None:
    """Draw the words and a button; once it is pressed, the curves and what they show."""
    st.markdown(WORDS)
    long_job(
        courses(source_for(scan)).task,
        label="Draw J over the iterations",
        icon=":material/trending_down:",
        show=_show,
    )


def courses(source: Source) -> Sweep:
    """The runs of all solvers as one task."""
    questions = (ReconstructionStudy(scan=source, method=one) for one in SOLVERS.values())
    return Sweep(questions=tuple(questions), label="The objective of the convex ridges")


def _show(state: JobState[tuple[Reconstruction, ...]]) -> None:
    histories = [result.history for result in state.parts_so_far or ()]
    if histories:
        draw(histories)


def draw(histories: Sequence[History]) -> None:
    """Draw the curves of the solvers that have ended, and say how often each rose."""
    if not histories[0]["objective"][0] > 0:
        st.info("The data are zero: J is 0 from the start, and there is nothing to draw.")
        return
    curves(
        objective_series(histories),
        key="ridge objective",
        x_title="iteration k",
        y_title="J(mₖ) / J(0)",
        log_y=True,
        alt="The objective of each method over its value at the start, against the iteration.",
    )
    st.markdown(verdict(histories))


def objective_series(histories: Sequence[History]) -> list[Series]:
    """A curve for each solver that has ended: J over its value for the empty image."""
    styles = styles_in_one_figure([method.name for method in SOLVERS.values()])
    return [
        Series(
            name=f"{name}, σ = {values_of(method)['sigma']:g}",
            x=history["iteration"],
            y=relative_objective(history),
            style=style,
        )
        for (name, method), style, history in zip(SOLVERS.items(), styles, histories, strict=False)
    ]


def relative_objective(history: History) -> Float64Array:
    """J(mₖ) / J(0) of all iterates, the empty image first, for data that are not zero."""
    objective = history["objective"]
    relative: Float64Array = objective / objective[0]
    return relative


def rises(objective: Float64Array) -> int:
    """In how many steps J grows by more than rounding explains."""
    rounding = ROUNDING * np.sqrt(objective[:-1] * objective[0])
    return int(np.count_nonzero(np.diff(objective) > rounding))


def verdict(histories: Sequence[History]) -> str:
    """In how many of its steps the objective of each solver has risen."""
    found = [
        f"**{name}** {rises(history['objective'])} of {len(history) - 1}"
        for name, history in zip(SOLVERS, histories, strict=False)
    ]
    return f"Steps in which $J$ rose by more than rounding: {', '.join(found)}."

"""Step 4: several solvers on one objective, and how far each is from the minimum."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st

from core.array_types import Float64Array
from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.methods.priors import prior_named
from core.methods.support.reconstruction import Reconstruction
from core.parameter import Parameter
from core.problem.scan import Scan
from core.studies.reconstruction import ReconstructionStudy, Sweep
from core.studies.solver_comparison import (
    PRIORS_FOR_ALL,
    REFERENCE,
    compared_solvers,
    convergence_curves,
    lowest,
)
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.lesson import things_to_try
from core.ui.scan.source import source_for
from core.ui.style import LineStyle, styles_in_one_figure
from core.ui.workbench.job_status import seconds_text
from core.ui.workbench.long_job import long_job

WORDS = """\
All solvers below minimise the *same* function $J$ on the same data. They differ in the algorithm,
and in the time that one iteration takes. The curves show how far above the minimum $J^\\star$ each
is, relative to it: $(J_k - J^\\star)/J^\\star$. $J^\\star$ is the lowest value that any of them,
or a long run of the fastest, has seen."""
_PRIOR = Parameter(name="race_prior", default="tv", choices=PRIORS_FOR_ALL)
_SIGMA = Parameter(name="race_sigma", default=0.01, low=1e-4, high=1e3, log=True, symbol=r"\sigma")
_STEPS = Parameter(
    name="race_steps",
    default=100,
    low=10,
    high=1000,
    help="Iterations of the solvers without an inner least-squares problem; those with one (ADMM, "
    "fast ADMM and Douglas–Rachford) get a fifth.",
)


def show(scan: Scan) -> None:
    """Draw the controls of the race and its curves."""
    source = source_for(scan)
    st.markdown(WORDS)
    first, second, third = st.columns(3, gap="medium")
    with first:
        words = {name: prior_named(name).title for name in PRIORS_FOR_ALL}
        prior = control(_PRIOR, words=words, label="Prior")
    with second:
        sigma = float(control(_SIGMA, label=r"Weight $\sigma$"))
    with third:
        steps = int(control(_STEPS, options=(10, 20, 50, 100, 200, 500, 1000), label="Iterations"))
    runners = compared_solvers(prior, sigma, steps)
    questions = tuple(
        ReconstructionStudy(scan=source, method=method) for method in runners.values()
    )
    long_job(
        Sweep(questions=questions, label="The race").task,
        label="Start the race",
        icon=":material/flag:",
        show=partial(_show, list(runners)),
    )
    things_to_try(
        "Look where the lecture stopped: proximal gradient after 50 iterations, ADMM after 20.",
        "Compare iterations with seconds: one iteration of ADMM takes about twenty products with "
        "$G$ and $G^\\top$; one of Douglas–Rachford or of fast ADMM takes about five; one of the "
        "others takes one.",
        "Raise σ from 0.01 to 1, then to 100: which solvers gain, and which lose?",
    )


def _show(names: Sequence[str], state: JobState[tuple[Reconstruction, ...]]) -> None:
    results = state.parts_so_far
    if results:
        _curves(dict(zip(names, results, strict=False)))


def _curves(results: Mapping[str, Reconstruction]) -> None:
    run = convergence_curves(results)
    styles = styles_in_one_figure([results[name].method for name in run])
    left, right = st.columns(2, gap="medium")
    for place, column, title in (
        (left, "iterations", "iteration"),
        (right, "seconds", "seconds in the solver"),
    ):
        with place:
            curves(
                [
                    _line(name, style, getattr(course, column), course.excess)
                    for (name, course), style in zip(run.items(), styles, strict=True)
                ],
                key=f"race {column}",
                x_title=title,
                y_title="(J − J*) / J*",
                log_x=True,
                log_y=True,
                height=420,
                alt=f"Distance to the minimum of each solver against {title}.",
            )
    st.markdown(_table(results))


def _line(name: str, style: LineStyle, x: Float64Array, excess: Float64Array) -> Series:
    return Series(
        name=name,
        x=np.where(x > 0, x, np.nan),
        y=excess,
        style=style,
    )


def _table(results: Mapping[str, Reconstruction]) -> str:
    best = lowest(results)
    rows = []
    for name, result in results.items():
        if name == REFERENCE:
            continue
        end = result.history.last("objective")
        share = _percent(end / best - 1) if best > 0 else "–"
        iterations = f"{result.history.last('iteration'):.0f}"
        rows.append([name, iterations, seconds_text(result.seconds), f"{end:.5g}", share])
    headings = ["Solver", "Iterations", "Seconds", "J at the end", "above the minimum"]
    return markdown_table(headings, rows)


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"

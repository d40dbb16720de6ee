"""Step 4: several solvers on one objective, and how far each is from the minimum."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st

from core.methods import METHODS, method_named
from core.methods.base import Method, Reconstruction
from core.methods.parameters import Parameter
from core.methods.priors import SOLVERS, prior_named, priors_for
from core.problem.scan import Scan
from core.run.job import JobState
from core.run.question import Question, Sweep
from core.ui.curves import Series, curves
from core.ui.lesson import things_to_try
from core.ui.parameter_controls import control
from core.ui.style import method_style
from core.ui.workbench.long_job import long_job
from core.ui.workbench.runs import seconds_text

WORDS = """\
All solvers below minimise the *same* function $J$ on the same data. What differs is the road, and
what one iteration costs. The curves show how far above the minimum $J^\\star$ each is, relative to
it: $(J_k - J^\\star)/J^\\star$. $J^\\star$ is the lowest value that any of them, or a long run of
the fastest, has seen."""
REFERENCE_ITERATIONS = 150
EVERYONES = tuple(
    name
    for name in priors_for(SOLVERS[0])
    if prior_named(name).weighted and all(name in priors_for(solver) for solver in SOLVERS)
)
_PRIOR = Parameter(name="race_prior", default="tv", choices=EVERYONES)
_SIGMA = Parameter(name="race_sigma", default=0.01, low=1e-4, high=1e3, log=True, symbol=r"\sigma")
_STEPS = Parameter(
    name="race_steps",
    default=100,
    low=10,
    high=1000,
    help="Iterations of the solvers without an inner least-squares problem; ADMM gets a fifth.",
)


def show(scan: Scan) -> None:
    """Draw the controls of the race and its curves."""
    st.markdown(WORDS)
    first, second, third = st.columns(3, gap="medium")
    with first:
        words = {name: prior_named(name).title for name in EVERYONES}
        prior = control(_PRIOR, words=words, label="Prior")
    with second:
        sigma = float(control(_SIGMA, label=r"Weight $\sigma$"))
    with third:
        steps = int(control(_STEPS, options=(10, 20, 50, 100, 200, 500, 1000), label="Iterations"))
    runners = racers(prior, sigma, steps)
    questions = tuple(Question(scan=scan, method=method) for method in runners.values())
    long_job(
        Sweep(questions=questions, label="The race").task,
        label="Start the race",
        icon=":material/flag:",
        show=partial(_show, list(runners)),
    )
    things_to_try(
        "Look where the lecture stopped: proximal gradient after 50 iterations, ADMM after 20.",
        "Change from iterations to seconds: one ADMM iteration costs twenty of the others.",
        "Raise σ: with a strong prior everything converges sooner.",
    )


def racers(prior: str, sigma: float, steps: int) -> dict[str, Method]:
    """The methods that race by the names of their curves, the reference last."""
    makers: dict[str, Callable[..., Method]] = {method.name: method for method in METHODS}
    few = max(2, steps // 5)
    field: dict[str, Method] = {}
    for name in SOLVERS:
        maker = makers[name]
        iterations = few if name in ("admm", "douglas_rachford") else steps
        field[method_named(name).title] = maker(prior=prior, sigma=sigma, iterations=iterations)
    admm = makers["admm"]
    field["ADMM, fast"] = admm(prior=prior, sigma=sigma, iterations=few, fast=True)
    field["reference"] = admm(prior=prior, sigma=sigma, iterations=REFERENCE_ITERATIONS, fast=True)
    return field


def _show(names: Sequence[str], state: JobState[tuple[Reconstruction, ...]]) -> None:
    parts = state.progress.parts if state.progress is not None else ()
    results = state.result if state.result is not None else parts
    if results:
        _curves(dict(zip(names, results, strict=False)))


def _curves(results: Mapping[str, Reconstruction]) -> None:
    lowest = min(float(np.nanmin(r.history["objective"])) for r in results.values())
    shown = {name: r for name, r in results.items() if name != "reference"}
    left, right = st.columns(2, gap="medium")
    for place, column, title in (
        (left, "iteration", "iteration"),
        (right, "seconds", "seconds in the solver"),
    ):
        with place:
            curves(
                [_distance(name, result, lowest, column) for name, result in shown.items()],
                key=f"race {column}",
                x_title=title,
                y_title="(J − J*) / J*",
                log_x=True,
                log_y=True,
                height=420,
                alt=f"Distance to the minimum of each solver against {title}.",
            )
    st.markdown(_table(shown, lowest))


def _distance(name: str, result: Reconstruction, lowest: float, column: str) -> Series:
    history = result.history
    x, gap = history[column], history["objective"] / lowest - 1
    return Series(
        name=name,
        x=np.where(x > 0, x, np.nan),
        y=np.where(gap > 0, gap, np.nan),
        style=method_style(result.method, nth=2 if name.endswith("fast") else 0),
    )


def _table(results: Mapping[str, Reconstruction], lowest: float) -> str:
    lines = ["| Solver | Iterations | Seconds | J at the end | above the minimum |"]
    lines.append("|:--|--:|--:|--:|--:|")
    for name, result in results.items():
        end = result.history.last("objective")
        lines.append(
            f"| {name} | {result.history.last('iteration'):.0f} | {seconds_text(result.seconds)} "
            f"| {end:.5g} | {100 * (end / lowest - 1):.2g} % |"
        )
    return "\n".join(lines)

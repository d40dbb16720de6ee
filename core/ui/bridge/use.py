"""Step 7: PyTorch's optimisers on an inverse problem, live, against LSQR."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from core.jobs.job import Job
from core.number_format import decibels
from core.parameter import Parameter
from core.problem.metrics import snr
from core.problem.scan import Scan
from core.recipes.bridge import use
from core.studies.descents import Descent, DescentResult
from core.ui.bridge.common import code, scaled
from core.ui.bridge.problems import EQUATIONS, PROBLEMS, WORDS
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.style import BLUE, BROWN, GREEN, ORANGE, PINK, PURPLE, LineStyle
from core.ui.workbench import job_status
from core.ui.workbench.polling import watch

ALL = "all four"
LSQR = "LSQR"
OPTIMISERS = ("SGD", "momentum", "Adam", "L-BFGS")
COLOURS = {"SGD": ORANGE, "momentum": PURPLE, "Adam": BLUE, "L-BFGS": GREEN, LSQR: BROWN}
PRIOR = "Deep image prior"

PROBLEM = Parameter(name="use.problem", default="linear", choices=("linear", "photons", "prior"))
OPTIMISER = Parameter(name="use.optimiser", default=ALL, choices=(ALL, *OPTIMISERS))
STEP = Parameter(
    name="use.step", default=1.0, low=0.01, high=100, log=True,
    help="Relative to 1/curvature for SGD and momentum, 0.02 for Adam on pixels, "
    "0.01 on weights, 1 for L-BFGS.",
)  # fmt: skip
ITERATIONS = Parameter(name="use.iterations", default=40, low=5, high=5000)
SIZE = Parameter(name="use.size", default=64, low=64, high=128)
WEIGHTS = tuple(
    Parameter(name=f"use.{name}", default=default, low=0.0, high=1000.0, log=True, symbol=symbol)
    for name, default, symbol in (
        ("alpha", use.ALPHA, "\\alpha"),
        ("beta", use.BETA, "\\beta"),
        ("gamma", use.GAMMA, "\\gamma"),
    )
)


def show(scan: Scan) -> None:
    """Ask for the descents chosen, and draw them while they run."""
    problem = control(PROBLEM, words=PROBLEMS, label="Problem")
    text_with_equations(WORDS[problem], EQUATIONS[problem])
    descents = _controls(scan, problem)
    _live(descents)
    things_to_try(
        "Increase the step of *SGD* beyond 2: it diverges, and *L-BFGS*, which searches along its "
        "line, does not.",
        "Set $\\beta$ alone to 100, then $\\gamma$: which edges survive?",
        "Add noise on the left, and give the network 1000 iterations.",
    )
    first = descents[0]
    parts: list[Callable[..., Any]] = [use.make_optimiser, use.minimise]
    parts = [use.decoder, use.deep_prior, *parts] if problem == "prior" else [use.penalised, *parts]
    if problem == "linear":
        parts.append(use.lsqr)
    if problem == "photons":
        parts.append(use.attenuated)
    alpha, beta, gamma = first.weights
    code(
        use, *parts, PROBLEM=problem, ALPHA=alpha, BETA=beta, GAMMA=gamma, STEP=first.step,
        OPTIMISER="Adam" if problem == "prior" else first.optimiser, SIZE=first.scan.size,
        ITERATIONS=first.iterations,
    )  # fmt: skip


def _controls(scan: Scan, problem: str) -> list[Descent]:
    chosen = "Adam"
    *left, middle, right, size_place = st.columns(
        [2, 2, 1] if problem == "prior" else [2, 2, 2, 1], gap="medium"
    )
    if problem != "prior":
        with left[0]:
            chosen = control(OPTIMISER, label="Optimiser", words={n: n for n in OPTIMISERS})
    with middle:
        step = control(STEP, label="Step size (relative)")
    with right:
        iterations = control(
            ITERATIONS, options=(5, 10, 20, 40, 60, 100, 150, 200, 300, 500, 1000, 2000, 5000),
            label="Iterations",
        )  # fmt: skip
    with size_place:
        size = int(control(SIZE, options=(64, 96, 128), label="Image"))
    weights = [0.0, 0.0, 0.0]
    if problem != "prior":
        for place, (number, weight) in zip(st.columns(3), enumerate(WEIGHTS), strict=True):
            with place:
                weights[number] = float(control(weight, label=f"Weight ${weight.symbol}$"))
    one = Descent(
        scan=replace(scan, size=size, beam=scaled(scan, size)),
        problem=problem,
        optimiser="SGD",
        weights=(weights[0], weights[1], weights[2]),
        step=float(step),
        iterations=int(iterations),
    )
    names = OPTIMISERS if chosen == ALL else (chosen,)
    descents = [replace(one, optimiser=name) for name in names]
    if problem == "linear":  # LSQR has no step
        descents.append(replace(one, optimiser=LSQR, step=1.0))
    return descents


def _live(descents: Sequence[Descent]) -> None:
    """Draw the descents in a fragment, which looks again while one of them runs."""
    busy = job_status.wait_for(job_status.ask_all(descents, live=True))

    def look() -> Sequence[Job[DescentResult] | None]:
        jobs = job_status.ask_all(descents, live=True)
        _buttons(descents, jobs)
        shown = {
            descent.optimiser: found
            for descent, job in zip(descents, jobs, strict=True)
            if job is not None and (found := job.state.result_so_far) is not None
        }
        if shown:
            left, right = st.columns([5, 4], gap="medium")
            with left:
                _pictures(descents[0], shown)
            with right:
                _curves(descents[0].problem, shown)
        return jobs

    # What is drawn again several times a second must not fade each time.
    st.html('<style>.st-key-descents [data-stale="true"] { opacity: 1; }</style>')
    with st.container(key="descents"):
        watch(look, busy=busy)


def _buttons(descents: Sequence[Descent], jobs: Sequence[Job[DescentResult] | None]) -> None:
    """A stop button while anything runs, else one to run again what was stopped."""
    with st.container(horizontal=True, vertical_alignment="center"):
        going = [(d, job) for d, job in zip(descents, jobs, strict=True) if job and not job.over]
        if going:
            st.button(
                "Stop", key="stop_descents", icon=":material/stop:",
                on_click=_stop, args=([descent for descent, _ in going],),
            )  # fmt: skip
            job_status.progress_bar(going[0][1])
        elif any(job is not None and job.state.phase == "stopped" for job in jobs):
            st.button(
                "Run again", icon=":material/play_arrow:", on_click=job_status.run, args=(descents,)
            )
    for descent, job in zip(descents, jobs, strict=True):
        if job is None or not job.over:
            continue
        result = job.state.result
        if job.state.error:
            st.error(job.state.error)
        elif result is not None and result.ended == "diverged":
            job_status.diverged_warning(f"**{descent.optimiser}.** {result.message}")
        elif result is not None and result.ended:
            st.caption(f"**{descent.optimiser}.** {result.message}")


def _stop(descents: Sequence[Descent]) -> None:
    for descent in descents:
        job_status.stop(descent)


def _pictures(first: Descent, shown: dict[str, DescentResult]) -> None:
    truth = first.measurement().truth
    top = float(truth.max()) or 1.0
    panels = [Panel(title="Truth", image=truth, low=0, high=top, alt="The true image.")]
    for name, found in shown.items():
        diverged = found.ended == "diverged"
        caption = "diverged" if diverged else decibels(snr(found.image, truth))
        panels.append(
            Panel(
                title=PRIOR if first.problem == "prior" else name,
                image=found.image,
                low=0,
                high=top,
                caption=caption,
                alt=f"The image by {name}.",
            )
        )
    # Controls, images and curves fit on one screen: beside the curves, and three in a row.
    image_panels(
        panels, key="descents images", columns=min(len(panels), 3), tallest=260, narrowest=110
    )
    scan = first.scan
    st.caption(
        f"Your scan around {scan.size} × {scan.size} pixels: {scan.beam.view_count} views of "
        f"{scan.beam.detectors} detectors. The SNR of each image stands below its name."
    )


def _curves(problem: str, shown: dict[str, DescentResult]) -> None:
    curves(
        [
            Series(
                name=PRIOR if problem == "prior" else name,
                # A logarithmic axis has no place for the start, before anything was applied.
                x=np.where(found.projections > 0, found.projections, np.nan),
                y=_within(found.objective),
                style=LineStyle(
                    colour=PINK if problem == "prior" else COLOURS[name],
                    dash="dash" if name == LSQR else "solid",
                ),
                width=2.5,
            )
            for name, found in shown.items()
        ],
        key="descents objective",
        x_title="applications of G and Gᵀ",
        y_title="objective",
        log_x=True,
        log_y=True,
        alt="The objective against the number of projections and back-projections.",
        height=320,
    )


def _within(objective: np.ndarray) -> np.ndarray:
    """What has diverged leaves the figure on top and does not squeeze the others."""
    return np.where(objective <= 1e3 * objective[0], objective, np.nan)

"""Step 5: cheap uncertainty of a network, by an ensemble and by dropout, and the same test."""

from functools import partial

import numpy as np
import streamlit as st

from core.array_types import Image
from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.networks.training.train_now import BEAM, SIZE
from core.number_format import decibels, or_dash
from core.parameters import parameters_of
from core.problem.metrics import snr
from core.problem.scan import Scan
from core.studies.network_uncertainty import NetworkImages, NetworkUncertainty
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.scan.source import simulated_meanwhile
from core.ui.style import BLUE, ORANGE
from core.ui.uncertainty.calibration_curves import reliability
from core.ui.workbench.long_job import long_job

WORDS = f"""\
A network gives one image. Two cheap ways to get many: train it several times, each time from other
weights and in another order (an **ensemble**), or leave out channels at random, in training and
again at test time (**dropout**). Their spread is that of the **weights**: what this training set
has left open. It is no posterior: where all trainings have learned the same habit they agree, and
are wrong together. The small U-Net of *Train one now* ({SIZE} × {SIZE} pixels, {BEAM.view_count}
views, no noise) takes the same test as the samplers."""
EQUATION = (
    r"\begin{aligned} x_k &= f_{\theta_k}(d) && \text{ensemble} \\"
    r"x_k &= f_{\theta \odot b_k}(d) && \text{dropout} \end{aligned}"
)
TITLES = {"ensemble": "Ensemble", "dropout": "Dropout at test time"}
COLOURS = {"ensemble": BLUE, "dropout": ORANGE}
_OPTIONS = {"members": (2, 3, 5, 8, 10), "steps": (10, 50, 100, 150, 200, 300, 600)}


def show(scan: Scan) -> None:
    """Draw the words and the controls, the networks as they come, and their test."""
    simulated_meanwhile(scan)
    text_with_equations(WORDS, EQUATION)
    parameters = parameters_of(NetworkUncertainty)
    values = {}
    for place, parameter in zip(st.columns(len(parameters), gap="medium"), parameters, strict=True):
        with place:
            values[parameter.name] = control(
                parameter,
                name=f"networks.{parameter.name}",
                options=_OPTIONS.get(parameter.name, ()),
            )
    study = NetworkUncertainty(image=scan.image, **values)
    long_job(
        study.task,
        label="Train the networks",
        icon=":material/fitness_center:",
        show=partial(_show, cached.truth(scan.image, SIZE)),
    )
    things_to_try(
        "Ten steps of training, then 600: the networks get better, and do they get more honest?",
        "A phantom, of which no network has seen anything like: does the spread grow where it is "
        "wrong?",
        "Half of the channels left out: a wider spread, and worse images. Is it wider *where* it "
        "should be?",
    )


def _show(truth: Image, state: JobState[tuple[NetworkImages, ...]]) -> None:
    found = state.parts_so_far
    if not found:
        return
    for one in found:
        _pictures(one, truth)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(_table(found, truth))
        st.caption(
            "On the pixels of the object, for the slice on screen. α is from other unseen heads, "
            "and turns any spread into intervals of the right coverage, but cannot show where the "
            "errors are."
        )
    with right:
        reliability(
            [
                (TITLES[one.name], COLOURS[one.name], one.errors(np.asarray(truth)), 1.0)
                for one in found
            ],
            key="reliability of networks",
        )


def _pictures(one: NetworkImages, truth: Image) -> None:
    title, count = TITLES[one.name], len(one.images)
    mean, deviation = one.images.mean(axis=0), one.images.std(axis=0, ddof=1)
    error = np.abs(mean - truth)
    reach = max(float(np.percentile(error, 99.5)), 1e-6)
    st.markdown(f"**{title}**, {count} images")
    follow = f"networks {one.name}"
    linked_player(
        [f"image {k + 1}" for k in range(count)],
        list(range(1, count + 1)),
        name=f"networks.{one.name}.image",
        key=follow,
        alt=f"number of the image, {title.lower()}",
        seconds=0.45 * count,
    )
    image_panels(
        [
            Panel(
                title="An image",
                image=one.images,
                low=0,
                high=1,
                caption=[f"SNR {decibels(snr(image, truth))}" for image in one.images],
                alt=f"One of the images, {title.lower()}.",
            ),
            Panel(
                title="Mean",
                image=mean,
                low=0,
                high=1,
                caption=f"SNR {decibels(snr(mean, truth))}",
                alt=f"Their mean, {title.lower()}.",
            ),
            Panel(
                title="Standard deviation",
                image=deviation,
                low=0,
                high=reach,
                alt=f"Their standard deviation, {title.lower()}.",
            ),
            Panel(
                title="|mean − truth|",
                image=error,
                low=0,
                high=reach,
                alt=f"The error of their mean, {title.lower()}.",
            ),
        ],
        key=f"pictures of {one.name}",
        columns=4,
        player=follow,
        tallest=260,
    )


def _table(found: tuple[NetworkImages, ...], truth: Image) -> str:
    rows = []
    for one in found:
        errors = one.errors(np.asarray(truth))
        rows.append(
            [
                TITLES[one.name],
                decibels(snr(one.images.mean(axis=0), truth)),
                f"**{100 * errors.coverage():.0f} %**",
                or_dash(errors.spread_over_skill, ".2f"),
                or_dash(errors.correlation, ".2f"),
                or_dash(one.alpha, ".1f"),
                f"{100 * errors.coverage(alpha=one.alpha):.0f} %",
            ]
        )
    headings = ["", "SNR", "coverage", "spread / skill", "correlation", "α", "coverage × α"]
    return markdown_table(headings, rows)

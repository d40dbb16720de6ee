"""Step 1: a Gaussian prior, whose posterior is known, and what each sampler makes of it."""

from functools import partial

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.methods import method_named
from core.number_format import percent, significant
from core.parameters import parameters_of
from core.problem.scan import Scan
from core.studies.known_answer import PLAIN, SIZE, KnownAnswer
from core.studies.known_posterior import Known
from core.studies.linear_estimate import STRENGTHS
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Mark, Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.style import BLUE, INK, ORANGE, LineStyle
from core.ui.workbench.long_job import long_job

WORDS = f"""\
With a Gaussian prior $\\mathcal N(0, S)$ and Gaussian noise, all that the data allow stands in
closed form: a mean, a covariance, and exact samples of drawn $x_0$ and $n_0$. $\\mu$ is the most
probable image too (MAP), and Tikhonov's, with the weight $(s/a)^2$. **There is no $d$ in the
covariance**: the standard deviation is a picture of the scan and the prior, whatever was measured.
What leaves no trace in the data keeps what the prior said of it. (On {SIZE} × {SIZE} pixels.)"""
EQUATIONS = (
    r"\begin{aligned} \mu &= S G^\top C^{-1} d, \quad C = G S G^\top + s^2 I \\"
    r"\mathrm{Cov} &= S - S G^\top C^{-1} G S \end{aligned}",
    r"x = x_0 + S G^\top C^{-1}(d - G x_0 - s n_0)",
)
FOLLOW = "known sample"
VIEWS = (4, 6, 8, 12, 16, 24, 32, 48, 64)
TITLES = {"gaussian_posterior": "Exact", PLAIN: "Langevin, noise not matched"}


def show(scan: Scan) -> None:
    """Draw the question and its controls, and the answer."""
    text_with_equations(WORDS, *EQUATIONS)
    columns = st.columns(3, gap="medium")
    values = {}
    for place, parameter in enumerate(parameters_of(KnownAnswer)):
        with columns[place % 3]:
            values[parameter.name] = control(
                parameter,
                name=f"known.{parameter.name}",
                options=VIEWS if parameter.name == "views" else (),
                typed=parameter.name == "seed",
            )
    study = KnownAnswer(image=scan.image, **values)
    long_job(
        study.task, label="Solve it exactly", icon=":material/function:", show=partial(_show, study)
    )
    things_to_try(
        "Change the truth, or the seed: which pictures change, and which do not at all?",
        "The truth is a head, which no Gaussian would ever draw: does the standard deviation still "
        "say how wrong the mean is? On average, or in each pixel?",
        "Choose *The image* as the truth, and give the prior a deviation of 0.05, a sixth of the "
        "image's: the samples agree with each other, and the truth is far outside. Which column of "
        "the table warns?",
        "Few views, then many: what is left of the prior in what is seen, and in what is not?",
    )


def _show(study: KnownAnswer, state: JobState[Known]) -> None:
    known = state.result_so_far
    if known is None:
        return
    low, high = float(known.truth.min()), float(known.truth.max())
    error = np.abs(known.mean - known.truth)
    reach = max(float(np.percentile(error, 99.5)), float(known.deviation.max()))
    image_panels(
        [
            Panel(title="Truth", image=known.truth, low=low, high=high, alt="The truth."),
            Panel(
                title="Posterior mean μ",
                image=known.mean,
                low=low,
                high=high,
                caption=f"rms error {significant(known.error)}",
                alt="The mean of the posterior.",
            ),
            Panel(
                title="Standard deviation, exact",
                image=known.deviation,
                low=0,
                high=reach,
                caption=f"rms {significant(known.spread)}; the prior's {study.deviation:g}",
                alt="The exact standard deviation of each pixel.",
            ),
            Panel(
                title="|μ − truth|",
                image=error,
                low=0,
                high=reach,
                caption=f"rms over deviation {known.error / known.spread:.2f}",
                alt="The modulus of the error of the mean.",
            ),
        ],
        key="known answer",
        columns=4,
        tallest=330,
    )
    st.markdown(variance_left_text(known.seen, known.unseen))
    _samples(known, low, high)
    left, right = st.columns(2, gap="large")
    with left:
        _table(known)
    with right:
        _curves(study, known)


def variance_left_text(seen: float, unseen: float) -> str:
    """What is left of the prior's variance, in parts; samples may estimate a little more than 1."""
    return (
        f"Of the prior's variance **{percent(min(seen, 1))}** is left in what the data depend on, "
        f"and **{percent(min(unseen, 1))}** in what leaves no trace in them: pixels that are "
        "correlated tell a little of it. (*What is not seen*, on the forward page, "
        "shows the two parts.)"
    )


def _samples(known: Known, low: float, high: float) -> None:
    count = min(len(one.images) for one in known.samplers)
    st.markdown("**Samples**: of the exact posterior, and of samplers that know the prior only by "
                "its denoiser, here Wiener's filter")  # fmt: skip
    linked_player(
        [f"sample {k + 1}" for k in range(count)],
        list(range(1, count + 1)),
        name="known.sample",
        key=FOLLOW,
        alt="number of the sample",
        seconds=6.0,
    )
    image_panels(
        [
            Panel(
                title=_title(one.name),
                image=one.images[:count],
                low=low,
                high=high,
                caption=f"spread {one.ratio:.2f} of the exact",
                alt=f"A sample by {_title(one.name)}.",
            )
            for one in known.samplers
            if one.name != PLAIN
        ],
        key="known samples",
        columns=4,
        player=FOLLOW,
    )


def _table(known: Known) -> None:
    rows = [
        [
            _title(one.name),
            f"{one.ratio:.2f}",
            f"{one.residual:.2f}",
            f"{one.offset:.2f}",
            f"{1000 * one.seconds:.0f} ms",
        ]
        for one in known.samplers
    ]
    headings = ["Sampler", "spread / exact", "residual", "mean off by", "a sample takes"]
    st.markdown(markdown_table(headings, rows))
    count = len(known.samplers[0].images)
    st.caption(
        f"*Spread / exact*: rms standard deviation of {count} samples over the exact one; 1 is "
        "right. *Residual*: ‖Gx − d‖/(s√n), about 1 for a sample of the posterior. *Mean off by*: "
        f"from μ, in exact deviations; {count} exact samples are off by {count**-0.5:.2f}. DiffPIR "
        "takes a mean where it should draw; Langevin without its matching keeps noise as grain, "
        "and may look calibrated by accident."
    )


def _curves(study: KnownAnswer, known: Known) -> None:
    total = np.hypot(known.bias, known.variance)
    curves(
        [
            Series(name="bias", x=STRENGTHS, y=known.bias, style=LineStyle(colour=BLUE)),
            Series(
                name="deviation by noise",
                x=STRENGTHS,
                y=known.variance,
                style=LineStyle(colour=ORANGE),
            ),
            Series(name="both", x=STRENGTHS, y=total, style=LineStyle(colour=INK), best="lowest"),
        ],
        key="bias and variance",
        x_title="the prior's deviation a",
        y_title="rms error of μ",
        log_x=True,
        log_y=True,
        marks=[Mark(x=study.deviation, name="above")],
        height=300,
        alt="Bias and noise of the posterior mean against the deviation of the prior.",
    )
    st.caption(
        "The mean of a narrow prior is wrong by **bias**, that of a wide one by **noise**: the "
        "regularisation weight again. Computed for this truth without noise and over all noise."
    )


def _title(name: str) -> str:
    return TITLES.get(name) or method_named(name).title

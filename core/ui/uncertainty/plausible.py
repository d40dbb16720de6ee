"""Step 2: samples of heads that fit the data, and the pictures that are made of them."""

from functools import partial

import numpy as np
import streamlit as st

from core.array_types import Image
from core.jobs.job import JobState
from core.methods.support.sampling import SamplingMethod
from core.number_format import decibels, percent
from core.problem.measurement import Source
from core.problem.metrics import relative_residual, snr
from core.problem.scan import Scan
from core.studies.posterior_samples import PosteriorSamples, Samples
from core.studies.result_file import samples_bytes
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.downloads import download
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.file_names import file_name
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.scan.source import source_for
from core.ui.style import BLUE, SLATE, LineStyle
from core.ui.uncertainty.shared import ask_sampler, notices
from core.ui.uncertainty.single_images import single_images
from core.ui.workbench.job_status import seconds_text
from core.ui.workbench.long_job import long_job

WORDS = """\
Many heads explain the same data. A **sampler** draws some of them; it knows what a head looks like
only from the denoiser of *Plug-and-play*. **DiffPIR** denoises, fits the data and adds new noise, a
little less each time. **Split Gibbs** draws given the data and given the prior in turn: slower, and
wider. **Langevin** climbs the probability with noise: beware of its grain. Where all samples agree
the sampler is sure; whether it should be is the next step."""
EQUATIONS = (
    r"\begin{aligned} x_0 &= \mathrm{prox}_{\sigma}\bigl(D_\sigma(x)\bigr) \\ "
    r"x &\leftarrow x_0 + \sigma' z \\ \nabla \log p_\sigma(x) &= "
    r"\bigl(D_\sigma(x) - x\bigr)/\sigma^2 \end{aligned}",
)
FOLLOW = "sample"


def show(scan: Scan) -> None:
    """Draw the words and the controls, the samples as they come, and single images beside them."""
    source = source_for(scan)
    text_with_equations(WORDS, *EQUATIONS)
    method = ask_sampler(scan if source is scan else None)
    notices(source, method)
    study = PosteriorSamples(scan=source, method=method)
    long_job(
        study.task,
        label="Draw samples",
        icon=":material/casino:",
        show=partial(show_samples, source, method),
    )
    if source is scan:
        single_images(scan)
    things_to_try(
        "Play the samples: what moves, and what never does? Then 120°, and the same again.",
        "The mean of the samples is better than any of them, and smoother. Which would you print?",
        "Split Gibbs instead of DiffPIR: the standard deviation grows by a third. Neither has "
        "changed the data.",
        "Twelve steps instead of thirty: two fifths of the wait. What is lost?",
    )


def show_samples(source: Source, method: SamplingMethod, state: JobState[Samples]) -> None:
    """Draw the samples that are there: a player over them, their mean, deviation and error."""
    samples = samples_in(state)
    if samples is None:
        return
    truth = cached.truth(source.image, source.size) if isinstance(source, Scan) else None
    count = len(samples.images)
    linked_player(
        [f"sample {k + 1}" for k in range(count)],
        list(range(1, count + 1)),
        name="sample",
        key=FOLLOW,
        alt="number of the sample",
        seconds=0.45 * count,
    )
    image_panels(
        _panels(samples, truth),
        key="samples",
        columns=5 if truth is not None else 3,
        player=FOLLOW,
        narrowest=110,  # one row, or the controls leave the screen
    )
    if state.result is None:
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _residuals(samples)
    with right:
        st.markdown(_sentence(source, samples, truth))
        download(
            "Samples (HDF5)",
            partial(samples_bytes, source, method, samples),
            file_name(method.name, source, "h5"),
        )


def samples_in(state: JobState[Samples]) -> Samples | None:
    """The samples of a job so far; None before the first batch."""
    samples = state.result_so_far
    return samples if samples is not None and len(samples.images) else None


def _panels(samples: Samples, truth: Image | None) -> list[Panel]:
    mean, deviation = samples.mean, samples.deviation
    high = 1.0 if truth is not None else float(np.percentile(mean, 99.9))
    error = np.abs(mean - truth) if truth is not None else deviation
    reach = max(float(np.percentile(error, 99.5)), float(np.percentile(deviation, 99.5)), 1e-6)
    quality = [""] * len(samples.images)
    about = ""
    if truth is not None:
        quality = [f"SNR {decibels(snr(image, truth))}, " for image in samples.images]
        about = f"SNR {decibels(snr(mean, truth))}"
    panels = [
        Panel(
            title="A sample",
            image=samples.images,
            low=0,
            high=high,
            caption=[
                f"{words}residual {residual:.2f}"
                for words, residual in zip(quality, samples.residuals, strict=True)
            ],
            alt="One of the samples.",
        ),
        Panel(
            title=f"Mean of {len(samples.images)}",
            image=mean,
            low=0,
            high=high,
            caption=about,
            alt="The mean of the samples.",
        ),
        Panel(
            title="Standard deviation",
            image=deviation,
            low=0,
            high=reach,
            caption=f"rms {np.sqrt(np.mean(np.square(deviation))):.3f}",
            alt="The standard deviation of the samples in each pixel.",
        ),
    ]
    if truth is not None:
        panels += [
            Panel(
                title="|mean − truth|",
                image=error,
                low=0,
                high=reach,
                caption=f"rms {np.sqrt(np.mean(np.square(error))):.3f}",
                alt="The modulus of the error of the mean.",
            ),
            Panel(title="Truth", image=truth, low=0, high=1, alt="The truth."),
        ]
    return panels


def _residuals(samples: Samples) -> None:
    numbers = np.arange(1, len(samples.residuals) + 1)
    curves(
        [
            Series(
                name="‖Gx − d‖ / ‖n‖ of each sample",
                x=numbers,
                y=samples.residuals,
                style=LineStyle(colour=BLUE),
                width=2.5,
                markers=True,
            ),
            Series(
                name="what an image of the posterior has",
                x=numbers,
                y=np.ones(len(numbers)),
                style=LineStyle(colour=SLATE, dash="dash"),
                width=1.5,
            ),
        ],
        key="residuals of samples",
        x_title="sample",
        y_title="residual over noise",
        height=240,
        alt="The residual of each sample over the norm of the noise.",
    )


def _sentence(source: Source, samples: Samples, truth: Image | None) -> str:
    count, done = len(samples.images), ""
    if count < samples.planned:
        done = f" of {samples.planned}, stopped"
    text = f"**{count} samples**{done}, {seconds_text(samples.seconds)} in all. "
    if truth is None:
        return text + (
            "There is no truth to compare with: the spread and the residuals are all there is, and "
            "nobody can say from them whether the spread is as wide as the error."
        )
    if not truth.any():
        return text + "The true image is empty: there is no signal to compare their errors with."
    measurement = cached.measurement(source)
    residual = relative_residual(measurement.operator.project(samples.mean), measurement.data)
    single = float(np.mean([snr(image, truth) for image in samples.images]))
    return text + (
        f"One sample has {decibels(single)} in the mean, the mean of all "
        f"{decibels(snr(samples.mean, truth))}, and it leaves {percent(residual)} of the data "
        "unexplained. A sample is not there to be near the truth: it is there to be *possible*."
    )

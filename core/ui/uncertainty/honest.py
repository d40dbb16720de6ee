"""Step 3: whether the spread of the samples is as wide as their error, and what corrects it."""

from functools import partial

import numpy as np
import streamlit as st

from core.array_types import Image
from core.jobs.job import JobState
from core.jobs.queue import the_jobs
from core.markdown_table import markdown_table
from core.methods.support.sampling import SamplingMethod
from core.number_format import or_dash
from core.parameters import parameters_of
from core.problem.calibration import (
    LEVEL,
    Errors,
    blurred_correlation,
    errors_of,
    grain,
    object_pixels,
)
from core.problem.scan import Scan
from core.studies.posterior_samples import PosteriorSamples, Samples
from core.studies.recalibration import Recalibrated, Recalibration
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.scan.source import simulated_meanwhile
from core.ui.uncertainty.calibration_curves import WAYS, quarters, reliability
from core.ui.uncertainty.plausible import samples_in
from core.ui.uncertainty.shared import ask_sampler, notices
from core.ui.uncertainty.stored_scores import stored_scores
from core.ui.workbench.job_status import visitor
from core.ui.workbench.long_job import long_job

WORDS = """\
A spread is a claim: the truth lies about as far from the mean. So test it. The **coverage** of the
90 % interval is the share of pixels whose interval holds the truth, *spread over skill* the rms
spread over the rms error. The coverage should be 90 %, and spread over skill 1. If they are not,
widen every interval by one factor $\\alpha$ that was right on **other slices**. Compare it with an
interval of one width for all pixels, which needs no samples at all."""
EQUATIONS = (
    r"\begin{aligned} |m - \bar m| &\le \alpha\, t_{n-1} \sqrt{1 + 1/n}\; \hat\sigma \\"
    r"\alpha &= \text{90 \% quantile, on the other slices, of} \\"
    r"&\quad\; |m - \bar m| \,/\, (t_{n-1} \sqrt{1 + 1/n}\; \hat\sigma) \end{aligned}",
)
PROMISE = """\
**What is promised.** *Conformal* methods promise that of a new image 10 % of the pixels at most are
missed on average, whatever the sampler is worth. That holds **if** it and the images of the
calibration are exchangeable: drawn from one population in any order. It takes a factor that is a
little larger, and at least 9 images: with $N$ images the misses may be $(0.1\\,(N+1) - 1)/N$ only.
Here both conditions fail: a few slices of one head are not a sample of future heads. So α is
calibration in practice, and no guarantee. And it is still a mean over the image: the 10 % of missed
pixels may be exactly those of the lesion."""


def show(scan: Scan) -> None:
    """Draw the words and the controls, the test, the calibration, and what was measured before."""
    simulated_meanwhile(scan, "Whether a spread is honest is measured against the true image")
    text_with_equations(WORDS, *EQUATIONS)
    method = ask_sampler(scan)
    notices(scan, method)
    head, slices = parameters_of(Recalibration)
    left, middle, right = st.columns([3, 3, 4], gap="medium", vertical_alignment="bottom")
    with left:
        chosen = str(control(head, name="calibrate.on"))
    with middle:
        count = int(control(slices, name="calibrate.slices"))
    study = PosteriorSamples(scan=scan, method=method)
    other = Recalibration(scan=scan, method=method, head=chosen, slices=count)
    with right:
        st.caption(f"{count} other slices take {count} times as long as the one on screen.")
    on_screen, elsewhere = st.container(), st.container()
    # Drawn first, since what is on screen shows its factor as soon as it is known.
    with elsewhere:
        long_job(
            other.task,
            label="Calibrate on the other slices",
            icon=":material/straighten:",
            show=_calibration,
        )
    with on_screen:
        long_job(
            study.task,
            label="Draw samples",
            icon=":material/casino:",
            show=partial(_show, scan, method, other),
        )
    st.markdown(PROMISE)
    stored_scores()
    things_to_try(
        "Now 120°: all samples miss the same pieces of the outline. The factor corrects the "
        "average; does the standard deviation still say *where*?",
        "Calibrate on the other head: another person, another scanner. What is α now?",
        "Langevin has a coverage that is nearly right, and no better correlation: see the grain of "
        "its samples. Would you trust it more?",
        "Change the scan after the calibration, or put a phantom into it: the promise is void.",
    )


def _show(
    scan: Scan, method: SamplingMethod, other: Recalibration, state: JobState[Samples]
) -> None:
    samples = samples_in(state)
    if samples is None or len(samples.images) < 2:
        return
    truth = cached.truth(scan.image, scan.size)
    errors = errors_of(samples.images, truth)
    job = the_jobs().find(other.task, visitor())
    found = job.state.result if job is not None else None
    known: Recalibrated | None = found if found is not None and found.labels else None
    left, right = st.columns([5, 4], gap="large")
    with left:
        _maps(samples, truth, errors, known)
    with right:
        st.markdown(_table(samples.images, truth, errors, known))
        st.caption(
            f"On the {len(errors.errors)} pixels of the object, of {len(samples.images)} samples "
            "of the slice on screen, which α has not seen. *Correlation*: of standard deviation "
            "and |error|, pixel by pixel, and after a blur of 2 px. *Grain*: the power of a sample "
            "above ¼ cycle per pixel over the truth's; 1 is right."
        )
    left, right = st.columns(2, gap="large")
    with left:
        reliability(
            [(name, WAYS[name], errors, alpha) for name, alpha in _ways(known)], key="reliability"
        )
    with right:
        quarters(errors, known)


def _maps(samples: Samples, truth: Image, errors: Errors, known: Recalibrated | None) -> None:
    deviation, error = samples.deviation, np.abs(samples.mean - truth)
    reach = max(float(np.percentile(error, 99.5)), 1e-6)
    inside = object_pixels(truth)
    panels = [
        Panel(
            title="Standard deviation",
            image=deviation,
            low=0,
            high=reach,
            alt="The standard deviation of the samples.",
        ),
        Panel(title="|mean − truth|", image=error, low=0, high=reach, alt="The error's modulus."),
    ]
    for name, alpha in _ways(known):
        missed = np.zeros(truth.shape, np.float32)
        missed[inside] = errors.scores > alpha * errors.quantile(LEVEL)
        panels.append(
            Panel(
                title=f"Outside, {name}",
                image=missed,
                low=0,
                high=1,
                caption=f"{100 * missed[inside].mean():.1f} % of the pixels",
                alt="Pixels of the object whose interval does not hold the truth.",
            )
        )
    image_panels(panels, key="honest maps", columns=2, tallest=300)


def _ways(known: Recalibrated | None) -> list[tuple[str, float]]:
    """The factors on the spread by their names."""
    return [("raw", 1.0)] + ([("× α", known.alpha)] if known else [])


def _table(samples: Image, truth: Image, errors: Errors, known: Recalibrated | None) -> str:
    def percent(share: float) -> str:
        return f"{100 * share:.1f} %"

    rows = [
        ["Coverage of the 90 % interval", f"**{percent(errors.coverage())}**"],
        ["Spread over skill", f"**{or_dash(errors.spread_over_skill, '.2f')}**"],
        ["Correlation", or_dash(errors.correlation, ".2f")],
        ["… at 2 px blur", or_dash(blurred_correlation(samples, truth, 2.0), ".2f")],
        ["Grain of a sample", or_dash(grain(samples, truth), ".2f")],
    ]
    if known:
        rows += [
            ["α from the other slices", or_dash(known.alpha, ".2f")],
            ["Coverage, × α", f"**{percent(errors.coverage(alpha=known.alpha))}**"],
            [
                f"Coverage, ± {known.width:.3f} for all",
                percent(errors.coverage_of_width(known.width)),
            ],
        ]
    return markdown_table(["", "on this slice"], rows)


def _calibration(state: JobState[Recalibrated]) -> None:
    found = state.result_so_far
    if found is None or not found.labels:
        return
    rows = [
        [label, f"{100 * covered:.1f} %", f"{alpha:.2f}"]
        for label, covered, alpha in zip(found.labels, found.coverages, found.alphas, strict=True)
    ]
    rows.append(["all together", "", f"**{found.alpha:.2f}**"])
    st.markdown(markdown_table(["Calibrated on", "coverage before", "its own α"], rows))

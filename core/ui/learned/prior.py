"""Step 3: the deep image prior at work, live or from a stored run."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.methods.base import Method
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.support.history import History
from core.methods.support.reconstruction import Reconstruction
from core.number_format import or_dash
from core.parameter import Parameter
from core.problem.measurement import SimulatedMeasurement
from core.problem.scan import Scan
from core.studies.measurements import measurement_of
from core.studies.precomputed import SMALL_SCAN, precomputed_result
from core.studies.reconstruction import ReconstructionStudy
from core.ui import cached
from core.ui.bridge.common import scaled
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control, method_controls
from core.ui.figures.panels import Panel, image_panels
from core.ui.learned.course import course_curves, relative_error
from core.ui.lesson import STORED, text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.workbench.job_status import diverged_warning
from core.ui.workbench.long_job import long_job
from core.ui.workbench.pictures import symmetric_limit

WORDS = """\
The network has never seen a head. Its weights are fitted to **these data alone**, and the picture
grows: first the outline, then the folds, and at last the noise. The loss goes on falling,
but the **error** rises again after a minimum: one should have stopped there. With the data alone
nobody knows this iteration exactly. To stop early *is* the regularisation here; total variation on
top makes it matter less.

$S$ sharpens the rays along the detectors, by the power *sharpening* of the ramp ($S = I$ for 0);
$s$ is the noise level estimated from the data and $\\lambda$ the weight of total variation. The
published form has $S = I$, $z$ of noise alone, and Adam. The defaults here go further in fewer
steps: one channel of $z$ is the back-projection of the sharpened data, and the picture is a running
mean. The optimiser is Muon: it steps along orthogonal matrices, so that no direction of a layer
waits for the others.

Total variation lowers every edge a little. With an *edge scale* $\\varepsilon > 0$ the differences
of neighbours count by $\\varepsilon \\ln(1 + |\\nabla m| / \\varepsilon)$ instead: a high edge
costs little more than a low one, and keeps its height."""
EQUATION = (
    r"\min_\theta \tfrac12 \lVert S(G f_\theta(z) - d) \rVert^2 + \lambda s\,"
    r"\mathrm{TV}_\varepsilon(m)"
)
PICTURE = r"m = f_\theta(z)"
FOLLOW = "prior step"
NAME = "deep_image_prior"

_SHOW = Parameter(name="prior.show", default="stored", choices=("stored", "live"))
_SIZE = Parameter(name="prior.size", default=128, low=64, high=320)


def show(scan: Scan) -> None:
    """Draw the words, and the run that was chosen."""
    text_with_equations(WORDS, EQUATION, PICTURE)
    words = {"stored": "A stored run, at once", "live": "Run it here, on your scan"}
    if control(_SHOW, words=words, label="Show") == "stored":
        _stored()
    else:
        _live(scan)
    things_to_try(
        "Run it on data without noise, then with 5 %: where is the least error, and is there one?",
        "Set *TV weight* to 0 and to 1: what happens after the minimum?",
        "Take *adam* for the optimiser: how many steps does it need for the error of *muon*?",
        "Set *Edge scale* to 0.1 and *TV weight* to 3: what becomes of the edges?",
        "Compare *skips* with *hourglass*, in which everything must pass the coarsest scale.",
    )


@part
def _stored() -> None:
    result = cached.memoize("shipped", NAME, compute=lambda: precomputed_result(NAME), large=True)
    with st.container(key=STORED):
        st.caption(_about(SMALL_SCAN, result))
    _draw(measurement_of(SMALL_SCAN), result.image, result.history, result)


def _about(scan: Scan, result: Reconstruction) -> str:
    values = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in result.parameters.items()
    )
    return (
        f"{scan.image.label}, {scan.size} × {scan.size} pixels, {scan.beam.view_count} views of "
        f"{scan.beam.detectors} detectors, noise: {scan.noise.phrase}. Settings: {values}."
    )


def _live(scan: Scan) -> None:
    sizes, rest = st.columns([1, 3], gap="medium")
    with sizes:
        size = int(
            control(
                _SIZE,
                options=(64, 96, 128, 192, 256, 320),
                label="Image",
                show=lambda n: f"{n:g} × {n:g}",
            )
        )
    small = replace(scan, size=size, beam=scaled(scan, size))
    rest.caption(
        f"Your scan around {size} × {size} pixels: {small.beam.view_count} views of "
        f"{small.beam.detectors} detectors. A thousand steps take 40 seconds of one core at "
        "128 × 128 pixels, and two minutes at 320 × 320."
    )
    method: Method = method_controls(DeepImagePrior, key=f"prior.{NAME}", columns=3)
    measurement = measurement_of(small)
    long_job(
        ReconstructionStudy(scan=small, method=method).task,
        label="Start",
        resume="Go on",
        icon=":material/play_arrow:",
        show=lambda state: _look(measurement, state),
    )


def _look(measurement: SimulatedMeasurement, state: JobState[Reconstruction]) -> None:
    """Draw a job as far as it is."""
    result, progress = state.result, state.progress
    if result is not None:
        if result.stop == "diverged":
            diverged_warning(result.message)
        elif state.phase != "done":
            st.info(result.message)
        _draw(measurement, result.image, result.history, result)
    elif progress is not None and progress.image is not None and progress.history is not None:
        _draw(measurement, progress.image, progress.history, None)


def _draw(
    measurement: SimulatedMeasurement,
    image: np.ndarray,
    history: History,
    result: Reconstruction | None,
) -> None:
    """Truth, picture and error, and the loss and the error over the steps.

    result : there when it has ended; then a player walks through its snapshots.
    """
    steps: list[int] = []
    images: Sequence[np.ndarray] | np.ndarray = image
    if result is not None and len(result.snapshots) > 1:
        steps = [shot.iteration for shot in result.snapshots]
        images = [shot.image for shot in result.snapshots]
        linked_player(
            [f"step {step}" for step in steps],
            steps,
            name="prior.step",
            key=FOLLOW,
            alt="step of the fit",
            start=len(steps) - 1,
            loop=False,
        )
    _pictures(measurement, images, history, steps)
    course_curves(history, steps, key="prior", player=FOLLOW if steps else None, misfit="loss")
    st.markdown(verdict(history, noisy=bool((measurement.clean != measurement.data).any())))


def _pictures(
    measurement: SimulatedMeasurement,
    images: Sequence[np.ndarray] | np.ndarray,
    history: History,
    steps: Sequence[int],
) -> None:
    truth = measurement.truth
    errors = relative_error(history)
    known = np.flatnonzero(np.isfinite(errors))
    newest = int(known[-1]) if known.size else len(history) - 1
    rows = [int(np.searchsorted(history["iteration"], step)) for step in steps] or [newest]
    captions = [f"error {or_dash(100 * errors[row], '.1f', ' %')}" for row in rows]
    last = images if isinstance(images, np.ndarray) else images[-1]
    limit = symmetric_limit([last - truth])
    image_panels(
        [
            Panel(title="Truth m", image=truth, low=0, high=1, alt="The true image."),
            Panel(
                title="The network's picture",
                image=images,
                low=0,
                high=1,
                caption=captions if steps else captions[0],
                alt="What the network draws.",
            ),
            Panel(
                title="Error",
                image=images,
                minus=truth,
                low=-limit,
                high=limit,
                colormap="diverging",
                alt="The network's picture minus the truth.",
            ),
        ],
        key="prior pictures",
        columns=3,
        player=FOLLOW if steps else None,
    )


def verdict(history: History, *, noisy: bool) -> str:
    """Where the error was least, and what has happened since."""
    errors, loss = relative_error(history), history["loss"]
    if not np.isfinite(errors).any():
        return "The true image is empty: an error has nothing to be a share of."
    best = int(np.nanargmin(errors))
    last = int(np.flatnonzero(np.isfinite(errors))[-1])
    step, least, now = history["iteration"][best], errors[best], errors[last]
    if now <= 1.02 * least:
        course = "is still falling" if best == last else "has not risen by more than 2 %"
        return (
            f"So far the error {course}: {100 * now:.1f} % at step "
            f"{history['iteration'][last]:.0f}. There is nothing yet to stop for."
        )
    since = f"the error rose to {100 * now:.1f} %"
    if loss[last] < loss[best]:
        fitted = "was noise" if noisy else "is not in the picture"
        since = f"the loss went on falling and {since}: what was fitted in between {fitted}"
    return (
        f"The picture was nearest to the truth at **step {step:.0f}**, with an error of "
        f"{100 * least:.1f} %. Since then {since}."
    )

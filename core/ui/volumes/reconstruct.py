"""Step 2: FDK beside a method that iterates."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.array_types import Image
from core.errors import InputError
from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.methods.base import Method
from core.methods.support.reconstruction import Reconstruction
from core.methods.volumes import VOLUME_METHODS, require_volumes, volume_method_named
from core.methods.volumes.fdk import FDK
from core.number_format import decibels
from core.parameter import Parameter
from core.problem import metrics
from core.problem.measurement import SimulatedMeasurement
from core.problem.volume_scan import VolumeScan
from core.studies.reconstruction import ReconstructionStudy
from core.studies.result_file import reconstruction_bytes
from core.studies.slices_or_whole import SlicesOrWhole
from core.studies.solving import last_image
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control, method_controls
from core.ui.downloads import download
from core.ui.figures.curves import Series, curves
from core.ui.file_names import file_name
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.style import BLUE, ORANGE, TRUTH, LineStyle
from core.ui.volumes.common import about, seconds_of_a_pair, simulated
from core.ui.volumes.crosshair import View, slice_panels, view_controls
from core.ui.volumes.take_away import script_of
from core.ui.workbench.job_status import diverged_warning
from core.ui.workbench.long_job import long_job

WORDS = """\
**FDK** filters each row of the panel and smears it back along its tilted rays: filtered
back-projection that forgives the tilt. It takes a moment, is exact in the plane of the source, and
lets the noise through. The other methods know $G$ and its transpose alone, and so work as they
do in two dimensions. **CGLS** must be stopped in time; **total variation** now looks at the
neighbours above and below too. *Ordered subsets* start from FDK and use a few views at a time."""
EQUATIONS = (
    r"\hat m(x) = \sum_\theta \tfrac{D^2}{L^2}\, (h * w \cos\kappa\, d_\theta)(s, v)",
    r"\min_{m \ge 0}\ \tfrac12 \lVert Gm - d \rVert^2 + \sigma \sum \lVert \nabla m \rVert_2",
)
METHOD = Parameter(
    name="volume.method",
    default="ordered_subsets",
    choices=tuple(method.name for method in VOLUME_METHODS if method is not FDK),
    words={method.name: method.title for method in VOLUME_METHODS},
    title="Method beside FDK",
    listed=True,
)
PRODUCTS = 3.0
"""The time of an iteration in halves of that of a pair of products, its measures included."""
FOLLOW = "volume iterate"


def show(scan: VolumeScan) -> None:
    """Draw the truth, FDK, the method and its error, and the scores of both."""
    text_with_equations(WORDS, *EQUATIONS)
    measurement = simulated(scan)
    sight = view_controls(scan.shape)
    fdk, refusal = _fdk(scan, measurement)
    rows = [("Truth", measurement.truth, scan.label)]
    if fdk is not None:
        rows.append(("FDK", fdk, f"SNR {decibels(metrics.snr(fdk, measurement.truth), 2)}"))
    else:
        st.info(refusal, icon=":material/info:")
    slice_panels(rows, sight, key="volume_fdk", tallest=250)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        kind = volume_method_named(control(METHOD, label=METHOD.title))
    with right.expander(f"Parameters of {kind.title}"):
        method = method_controls(kind, f"volume.{kind.name}", columns=3)
        deviation = float(np.mean(scan.noise.deviation(measurement.clean, measurement.attenuation)))
        least, most = min(SlicesOrWhole.WEIGHTS), max(SlicesOrWhole.WEIGHTS)
        st.caption(
            f"The noise of a datum has the standard deviation {deviation:.3g}; for total variation "
            f"a weight σ of {least:g} to {most:g} times that suits."
        )
    try:
        require_volumes(method)
    except InputError as error:
        st.error(f"{error} Choose another prior.")
        return
    seconds = seconds_of_a_pair(scan) * PRODUCTS / 2 * (method.iterations_planned() + 1)
    st.caption(f"{method.title} with these parameters takes {about(seconds)} here.")
    long_job(
        ReconstructionStudy(scan=scan, method=method).task,
        label=f"Run {method.title}",
        icon=":material/play_arrow:",
        resume=f"Go on with {method.title}",
        show=partial(_show, scan, measurement, fdk, method, sight),
    )
    script_of(scan, method)
    things_to_try(
        "Look at the top of the head in the coronal slice: where does FDK fade?",
        "Run *CGLS* with 40 iterations and let the player go back: when was it best?",
        "Take 20 views: how far does each method fall?",
        "Move the cross-hair to the edge of a ventricle, and compare the profiles.",
    )


def _fdk(scan: VolumeScan, measurement: SimulatedMeasurement) -> tuple[Image | None, str]:
    """FDK of the data, or why there is none."""
    try:
        volume: Image = cached.memoize(
            "fdk", scan, compute=lambda: last_image(FDK(), measurement), large=True
        )
    except InputError as error:
        return None, str(error)
    return volume, ""


def _show(
    scan: VolumeScan,
    measurement: SimulatedMeasurement,
    fdk: Image | None,
    method: Method,
    sight: View,
    state: JobState[Any],
) -> None:
    """Draw what a job has reached: the volume, its error, the scores and the profiles."""
    result: Reconstruction | None = state.result
    truth = measurement.truth
    if result is not None:
        if result.stop == "diverged":
            diverged_warning(result.message)
        else:
            st.info(f"{result.message} {result.seconds:.1f} s.", icon=":material/check:")
        volumes = [shot.image for shot in result.snapshots]
        rows = np.searchsorted(
            result.history["iteration"], [shot.iteration for shot in result.snapshots]
        )
        captions = [f"SNR {decibels(snr, 2)}" for snr in result.history["snr"][rows]]
        follow = _player(result) if len(volumes) > 1 else None
    elif state.progress is not None and state.progress.image is not None:
        volumes, follow = [state.progress.image], None
        captions = [f"SNR {decibels(metrics.snr(volumes[0], truth), 2)}"]
    else:
        return
    moved = slice_panels(
        [(method.title, volumes, captions)],
        sight,
        key="volume_method",
        error_of=truth,
        player=follow,
    )
    if moved is not None and state.result is not None:
        st.rerun()
    if result is None:
        return
    scored = [("FDK", fdk), (method.title, result.image)]
    found = [(title, volume) for title, volume in scored if volume is not None]
    if follow is not None:
        st.caption("Scores and profiles are those of the last iterate, whichever is shown above.")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(_scores(found, truth))
        download(
            "Volume and projections as HDF5",
            partial(reconstruction_bytes, scan, result),
            file_name(method.name, scan, "h5"),
            key="volume download",
        )
    with right:
        _profiles([("truth", truth), *found], sight)


def _player(result: Reconstruction) -> str:
    shots = [shot.iteration for shot in result.snapshots]
    linked_player(
        [f"iteration {number}" for number in shots],
        shots,
        name="volume.iteration",
        key=FOLLOW,
        alt="iteration of the method",
        start=len(shots) - 1,
        loop=False,
    )
    return FOLLOW


def _scores(found: Sequence[tuple[str, Image]], truth: Image) -> str:
    """A table of the scores over the whole volume."""
    rows = [
        [
            title,
            f"{metrics.snr(volume, truth):.2f}",
            f"{metrics.psnr(volume, truth):.2f}",
            f"{metrics.ssim(volume, truth):.3f}",
        ]
        for title, volume in found
    ]
    return markdown_table(["whole volume", "SNR (dB)", "PSNR (dB)", "SSIM"], rows)


def _profiles(volumes: Sequence[tuple[str, Image]], sight: View) -> None:
    colours = (TRUTH, BLUE, ORANGE)
    lines = [
        Series(
            name=name,
            x=np.arange(volume.shape[2]) - (volume.shape[2] - 1) / 2,
            y=sight.point.profile(volume),
            style=LineStyle(colour=colour),
        )
        for (name, volume), colour in zip(volumes, colours, strict=False)
    ]
    curves(
        lines,
        key="volume_profiles",
        x_title="x (voxels)",
        y_title="value",
        height=260,
        alt="The values from left to right through the cross-hair.",
    )

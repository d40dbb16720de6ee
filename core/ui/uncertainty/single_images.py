"""Methods that give one image, beside the samples."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.methods.plug_and_play import PlugAndPlay
from core.number_format import decibels, or_dash
from core.problem.scan import Scan
from core.studies.available_methods import TUNED_TV, available_methods
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.studies.evaluated_method import EvaluatedMethod
from core.ui.figures.panels import Panel, image_panels
from core.ui.workbench.long_job import long_job

POINT_ESTIMATES = ("tv", "plug_and_play", "learned_primal_dual")


def single_estimates() -> tuple[EvaluatedMethod, ...]:
    """Methods that give one image: total variation, plug-and-play, learned primal-dual."""
    present, _ = available_methods()
    held = [one for one in present if one.name in POINT_ESTIMATES]
    return tuple(sorted(held, key=lambda one: POINT_ESTIMATES.index(one.name)))


def single_images(scan: Scan) -> None:
    """Offer to reconstruct the scan once by each of them."""
    chosen = single_estimates()
    study = Comparison(scans=(scan,), candidates=chosen, title="Single images", keep="half")
    with st.expander("Beside methods that give one image", icon=":material/compare:"):
        st.caption(
            f"{TUNED_TV.title} with the weight that is best for this truth, an oracle; "
            f"{PlugAndPlay.title.lower()} with the same denoiser; learned primal-dual. "
            "They say nothing of what else might be there."
        )
        long_job(
            study.task,
            label="Reconstruct once",
            icon=":material/image:",
            show=partial(_show_single, scan, chosen),
        )


def _show_single(
    scan: Scan, chosen: Sequence[EvaluatedMethod], state: JobState[ComparisonResult]
) -> None:
    found = state.result_so_far
    if found is None or not found.done:
        return
    panels, rows = [], []
    for column, one in enumerate(chosen):
        if not found.has(0, column):
            continue
        quality, residual = found["snr"][0, column], found["residual"][0, column]
        rows.append([one.title, decibels(quality, 2), or_dash(100 * residual, ".2f", " %")])
        panels.append(
            Panel(
                title=one.title,
                image=found.image(0, column),
                low=0,
                high=1,
                caption=f"SNR {decibels(quality)}",
                alt=f"The image by {one.title}.",
            )
        )
    if panels:
        image_panels(panels, key="single images", columns=4, tallest=330)
        st.markdown(markdown_table(["Method", "SNR", "‖Gm̂ − d‖ / ‖d‖"], rows))

"""The preparation of measured data: each step with its picture before and after."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from core.array_types import Image
from core.methods.base import Method
from core.methods.fbp import FBP
from core.parameter import text_of
from core.parameters import parameters_of
from core.problem.measured import MeasuredScan
from core.problem.measured.source import Stage
from core.problem.measurement import Source
from core.problem.preparation.steps import Prepared
from core.problem.preparation.steps.centre import Centre
from core.ui import cached
from core.ui.figures.panels import Axis, Panel, image_panels, view_axis

WORDS = """\
A detector counts; a reconstruction needs **line integrals** about a known axis. The steps below
stand in the order in which they are applied, and are set in the sidebar under *Preparation*."""


def preparation_tab(source: Source, chosen: Mapping[str, Method]) -> None:
    """Draw every step of the measured data, and the image about the axis before and after."""
    if not isinstance(source, MeasuredScan):
        return
    st.markdown(WORDS)
    for stage in source.stages:
        _stage(source, stage)


def _stage(source: MeasuredScan, stage: Stage) -> None:
    """A step with what it did; its pictures where it changed anything."""
    step = stage.step
    st.markdown(f"#### {step.title if step else 'As it was read'}")
    if step is not None:
        settings = ", ".join(
            f"{parameter.title.lower()}: {text_of(getattr(step, parameter.name))}"
            for parameter in parameters_of(step)
        )
        st.caption(f"{step.about} ({settings})")
    st.markdown(stage.after.note)
    key = f"preparation {step.name if step else 'read'}"
    if step is None:
        image_panels([_sinogram("Data as read", stage.after)], key=key, columns=2, tallest=220)
    elif stage.after.data is not stage.before.data:
        panels = [_sinogram("Before", stage.before), _sinogram("After", stage.after)]
        image_panels(panels, key=key, columns=2, tallest=220, link_zoom=False)
    if isinstance(step, Centre):
        _about_the_axis(source, step)


def _sinogram(title: str, state: Prepared) -> Panel:
    data = state.data
    return Panel(
        title=title,
        image=data,
        low=float(np.percentile(data, 0.1)),
        high=float(np.percentile(data, 99.9)),
        alt=f"{title}: the sinogram, detectors across, angles down.",
        x_axis=Axis(title="detector", first=1, last=data.shape[1]),
        y_axis=view_axis(state.angles_deg),
    )


def _about_the_axis(source: MeasuredScan, step: Centre) -> None:
    """FBP with the axis in the middle and where it is set: crescents and rings show a wrong one."""
    middle = source.with_step(Centre(by="none"))
    images = {"Axis in the middle": fbp_of(middle)}
    if step.wanted:
        images["Axis as it is set"] = fbp_of(source)
    high = max(float(np.percentile(image, 99.8)) for image in images.values())
    image_panels(
        [
            Panel(
                title=f"FBP, {title[0].lower()}{title[1:]}",
                image=image,
                low=0.0,
                high=high,
                alt=f"Filtered back-projection, {title.lower()}.",
            )
            for title, image in images.items()
        ],
        key="preparation fbp",
        columns=2,
        tallest=420,
    )
    st.caption(
        "Set the axis *by hand* and move it until points are points: half a turn of views makes "
        "crescents of them where it is wrong, a full turn makes rings."
    )


def fbp_of(source: MeasuredScan) -> Image:
    """Filtered back-projection of the prepared data (size, size)."""

    def compute() -> Image:
        measurement = cached.measurement(source)
        return next(FBP().iterate(measurement.operator, measurement.data)).image

    return cached.memoize("prepared fbp", source, compute=compute)

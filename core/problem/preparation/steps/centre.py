"""The axis of rotation brought to the middle of the row of detectors."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np

from core.array_types import Image, Sinogram
from core.errors import InputError
from core.parameters import param
from core.problem.preparation.centre import (
    centre_by_mass,
    centre_by_pairs,
    centre_by_sharpness,
    moved_along_detectors,
    opposite_views,
)
from core.problem.preparation.consistency import centre_scatter
from core.problem.preparation.steps.base import Prepared, Step
from core.projection.projector import make_projector

REACH = 0.06
"""How far the search by sharpness goes, as a share of the row."""
LARGEST_OFFSET = 256.0
STEADY = 0.5
"""Detectors by which centres of mass may leave a sinusoid where they are to tell the axis."""


@final
@dataclass(frozen=True, kw_only=True)
class Centre(Step):
    """The data moved along the detectors, so that the axis is in the middle."""

    name: ClassVar[str] = "centre"
    title: ClassVar[str] = "Centre of rotation"
    order: ClassVar[int] = 5
    about: ClassVar[str] = (
        "Where the axis is not in the middle of the row, points become arcs or rings. The data "
        "are moved by whole detectors and a phase in the Fourier domain."
    )

    by: str = param(
        "none",
        choices=("none", "auto", "pairs", "mass", "sharpness", "hand"),
        words={
            "none": "In the middle",
            "auto": "Automatic",
            "pairs": "Opposite views",
            "mass": "Centres of mass",
            "sharpness": "Sharpness",
            "hand": "By hand",
        },
        title="Axis of rotation",
        help=(
            "pairs: views half a turn apart are mirror images. mass: the centres of mass of the "
            "views lie on a sinusoid about it; both for parallel rays. sharpness: the image with "
            "the most energy above 0. auto: the first of these that fits the data."
        ),
    )
    offset: float = param(
        0.0,
        low=-LARGEST_OFFSET,
        high=LARGEST_OFFSET,
        typed=True,
        unit="detectors",
        title="Axis from the middle",
        only=("by", ("hand",)),
        help="Positive towards detectors of higher numbers.",
    )

    @property
    def wanted(self) -> bool:
        """Whether the data may be moved."""
        return self.by != "none"

    def apply(self, before: Prepared) -> Prepared:
        """Find the axis and move the data."""
        offset, how = self.find(before)
        limit = before.data.shape[1] / 2
        if abs(offset) >= limit:
            raise InputError(
                f"The axis would be {offset:.1f} detectors from the middle, outside the row: up to "
                f"{limit:g} are allowed."
            )
        note = f"The axis is {round(offset, 2) + 0.0:+.2f} detectors from the middle ({how})."
        return replace(
            before,
            data=moved_along_detectors(before.data, -offset),
            note=note,
            recipe="centre",
            constants={"CENTRE_OFFSET": offset},
        )

    def find(self, before: Prepared) -> tuple[float, str]:
        """The axis in detectors from the middle, and how it was found."""
        if self.by == "hand":
            return self.offset, "by hand"
        if not before.parallel and self.by in ("pairs", "mass"):
            raise InputError(
                "Opposite views and centres of mass tell the axis of parallel rays only: of a fan "
                "it is found by sharpness."
            )
        by = self.by if self.by != "auto" else fittest(before)
        if by == "pairs":
            return centre_by_pairs(before.data, before.angles_deg), "opposite views"
        if by == "mass":
            return centre_by_mass(before.data, np.deg2rad(before.angles_deg)), "centres of mass"
        reach = max(2.0, REACH * before.data.shape[1])
        return centre_by_sharpness(before.data, rough_fbp(before), reach=reach), "sharpness"


def fittest(before: Prepared) -> str:
    """The search for which the data are fit: pairs need them, masses need whole views.

    Both need parallel rays.
    """
    if not before.parallel:
        return "sharpness"
    pairs = opposite_views(before.angles_deg)
    if len(pairs) > 1:
        return "pairs"
    return "mass" if centre_scatter(before.data, before.angles_deg) < STEADY else "sharpness"


def rough_fbp(before: Prepared) -> Callable[[Sinogram], Image]:
    """A linear reconstruction, good enough to compare sharpness."""
    detectors, beam = before.data.shape[1], before.beam
    # The kernel that all beams have that is quickest to compute.
    operator = make_projector(detectors, beam, "linear" if before.parallel else "line")
    lengths = np.cos(beam.fan_angles)  # Kak and Slaney's weights of the rays of a fan
    frequencies = np.fft.rfftfreq(2 * detectors)
    ramp = frequencies * np.cos(np.pi * frequencies)  # tapered: noise is not sharpness

    def reconstruct(sinogram: Sinogram) -> Image:
        spectrum = np.fft.rfft(sinogram * lengths, 2 * detectors, axis=1) * ramp
        rows = np.fft.irfft(spectrum, 2 * detectors, axis=1)[:, :detectors]
        return operator.back_project(rows.astype(np.float32))

    return reconstruct

"""A centre of rotation that is not where the reconstruction takes it to be: d(θ, s) = d⁰(θ, s − Δ).

The cure estimates Δ from the data. With parallel rays the centre of mass of a view is
Δ + x̄ cos θ + ȳ sin θ (the first moment condition of Helgason and Ludwig), with the constant Δ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import scipy.ndimage

from core.array_types import Sinogram
from core.geometry.beams import Beam, ParallelBeam
from core.parameter import Value
from core.parameters import param
from core.problem.imperfections.base import BeamImperfection, Cure, Recorded, Scene
from core.problem.preparation.centre import (
    centre_by_mass,
    centre_by_sharpness,
    moved_along_detectors,
)

REACH = 12.0
"""Detectors on either side among which a search looks for the centre."""


@final
@dataclass(frozen=True, kw_only=True)
class ShiftedAxis(BeamImperfection):
    """A row of detectors whose middle is `shift` detectors off the axis, by interpolation."""

    name: ClassVar[str] = "axis"
    title: ClassVar[str] = "Shifted centre of rotation"
    order: ClassVar[int] = 30
    switches: ClassVar[tuple[str, ...]] = ("shift",)
    cause: ClassVar[str] = (
        "The axis of rotation does not project onto the middle of the row of detectors: **the "
        "whole sinogram is shifted**, and the curve of each pixel with it."
    )
    artefact: ClassVar[str] = (
        "Each view is smeared back beside its place. Over 180° a point becomes a half circle: "
        "**crescents**, open on one side; over 360° full circles and doubled edges."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s) = d^0(\\theta, s - \\Delta)",
        "\\bar s(\\theta) = \\Delta + \\bar x\\cos\\theta + \\bar y\\sin\\theta",
    )
    source: ClassVar[str] = (
        "J. F. Barrett and N. Keat, Artifacts in CT: recognition and avoidance, RadioGraphics 24 "
        "(2004) 1679–1691, doi:10.1148/rg.246045065"
    )
    typical: ClassVar[Mapping[str, Value]] = {"shift": 3.0}
    script: ClassVar[str] = """\
clean = scipy.ndimage.shift(clean, (0, AXIS_SHIFT), order=1)
"""

    shift: float = param(
        0.0,
        low=-20.0,
        high=20.0,
        unit="detectors",
        title="Shift of the centre of rotation",
        label="Shift of the axis (detectors)",
        typed=True,
        help="How far the sinogram is shifted along the detectors; 0 where the axis is centred.",
    )

    def apply(self, rays: Sinogram, scene: Scene) -> Sinogram:
        """Return the data shifted along the detectors, interpolated linearly; 0 comes in."""
        shifted: Sinogram = scipy.ndimage.shift(rays, (0, self.shift), order=1)
        return shifted.astype(np.float32, copy=False)

    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """A search for the centre: by the centres of mass, or, for a fan beam, by trying."""
        if isinstance(beam, ParallelBeam):
            return (
                Cure(
                    name="mass",
                    title="Centre by mass",
                    text="The centres of mass of all views lie on Δ + x̄ cos θ + ȳ sin θ; a least "
                    "squares fit gives Δ, and the data are shifted back.",
                    apply=_centred_by_mass,
                ),
            )
        return (
            Cure(
                name="sharpness",
                title="Centre by sharpness",
                text="FBP is made with many shifts; the sharpest image has "
                "the right one, for doubled edges are blurred ones.",
                apply=_centred_by_sharpness,
            ),
        )


def _centred_by_mass(recorded: Recorded) -> Sinogram:
    found = centre_by_mass(recorded.data, recorded.operator.beam.angles_rad)
    return moved_along_detectors(recorded.data, -found)


def _centred_by_sharpness(recorded: Recorded) -> Sinogram:
    found = centre_by_sharpness(recorded.data, recorded.reconstruct, reach=REACH)
    return moved_along_detectors(recorded.data, -found)

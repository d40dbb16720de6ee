"""Motion during the scan: from one view on, the object lies elsewhere.

The cure is for parallel rays. The centre of mass of a view is x̄ cos θ + ȳ sin θ, and after a
displacement by (a, b) pixels a cos θ + b sin θ more; both, and the view of the jump, are fitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import scipy.ndimage

from core.array_types import Float64Array, Sinogram
from core.geometry.beams import Beam, ParallelBeam
from core.parameter import Value
from core.parameters import param
from core.problem.imperfections.base import BeamImperfection, Cure, Recorded, Scene
from core.problem.preparation.centre import centres_of_mass, moved_along_detectors

FEWEST_VIEWS = 3
"""Views on either side of a jump: fewer fit any displacement."""


@final
@dataclass(frozen=True, kw_only=True)
class Motion(BeamImperfection):
    """An object that jumps `shift` pixels to the right when a part `after` of the views is taken.

    On the grid of the simulation, by linear interpolation. What leaves the image is lost.
    """

    name: ClassVar[str] = "motion"
    title: ClassVar[str] = "Motion during the scan"
    order: ClassVar[int] = 0
    switches: ClassVar[tuple[str, ...]] = ("shift",)
    cause: ClassVar[str] = (
        "The patient moves once. All views before it see one object, all after it another: "
        "**the curves of the sinogram have a step** at the view of the motion."
    )
    artefact: ClassVar[str] = (
        "No image agrees with both parts of the data: **doubled edges and streaks** along the rays "
        "of the views on either side of the step."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s) = d^0(\\theta, s - \\delta(\\theta))",
        "\\delta(\\theta) = a\\cos\\theta + b\\sin\\theta\\text{ from }\\theta_k\\text{ on}",
        "\\bar s(\\theta) = \\bar x\\cos\\theta + \\bar y\\sin\\theta + \\delta(\\theta)",
    )
    source: ClassVar[str] = (
        "J. F. Barrett and N. Keat, Artifacts in CT: recognition and avoidance, RadioGraphics 24 "
        "(2004) 1679–1691, doi:10.1148/rg.246045065"
    )
    typical: ClassVar[Mapping[str, Value]] = {"shift": 8.0}
    script: ClassVar[str] = """\
moved = scipy.ndimage.shift(scanned, (0, MOTION_SHIFT * len(scanned) / SIZE), order=1)
jump = round(MOTION_AFTER * len(angles))
clean = np.concatenate([clean[:jump], project(moved)[jump:]])
"""

    shift: float = param(
        0.0,
        low=-50.0,
        high=50.0,
        unit="pixels",
        title="Displacement",
        label="Motion to the right (px)",
        typed=True,
        help="How far the object jumps to the right during the scan; 0 where it lies still.",
    )
    after: float = param(
        0.5,
        low=0.0,
        high=1.0,
        title="Part of the scan before the motion",
        label="Moves after this part of the scan",
        help="0 is before the first view, 1 after the last one.",
    )

    def apply(self, rays: Sinogram, scene: Scene) -> Sinogram:
        """Return the data with those of the moved object from the view of the motion on."""
        pixels = self.shift * len(scene.image) / scene.size
        moved = scipy.ndimage.shift(scene.image, (0, pixels), order=1)
        jump = round(self.after * len(rays))
        changed: Sinogram = np.concatenate([rays[:jump], scene.project(moved)[jump:]])
        return changed.astype(np.float32, copy=False)

    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """The alignment of the views after the motion, for parallel rays."""
        if not isinstance(beam, ParallelBeam):
            return ()
        return (
            Cure(
                name="align",
                title="Views aligned",
                text="A least squares fit to the centres of mass of all views finds the step and "
                "the displacement; the views after it are shifted back.",
                apply=_aligned,
            ),
        )


def _aligned(recorded: Recorded) -> Sinogram:
    beam = recorded.operator.beam
    jump, displacement = displacement_by_mass(recorded.data, beam.angles_rad)
    aligned = recorded.data.copy()
    for view in range(jump, len(aligned)):
        row = aligned[view : view + 1]
        aligned[view] = moved_along_detectors(row, -float(displacement[view]))[0]
    return aligned


def displacement_by_mass(sinogram: Sinogram, angles_rad: Float64Array) -> tuple[int, Float64Array]:
    """The first view after the motion, and a displacement (views,) in detectors from there on.

    The view is the one with which the centres of mass are fitted best; the number of views where
    there are too few for a fit.
    """
    centres = centres_of_mass(sinogram)
    turning = np.column_stack([np.cos(angles_rad), np.sin(angles_rad)])
    best, jump, displacement = np.inf, len(centres), np.zeros(len(centres))
    for candidate in range(FEWEST_VIEWS, len(centres) - FEWEST_VIEWS + 1):
        after = np.arange(len(centres)) >= candidate
        terms = np.column_stack([turning, turning * after[:, None]])
        fitted, *_ = np.linalg.lstsq(terms, centres, rcond=None)
        misfit = float(np.sum((terms @ fitted - centres) ** 2))
        if misfit < best:
            best, jump, displacement = misfit, candidate, turning @ fitted[2:]
    return jump, displacement

"""Scattered photons: a constant S reaches every detector, d = −ln((e^{−p} + S) / (1 + S)) / s.

p is the attenuation of the ray. The flat field is taken with the same scatter, hence 1 + S.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Sinogram
from core.geometry.beams import Beam
from core.parameter import Value
from core.parameters import param
from core.problem.imperfections.base import BeamImperfection, Cure, Recorded, Scene

STOPS = (0.0, *(percent / 100 for percent in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)))
LEAST = 1e-4
"""What is left of a ray's photons after the subtraction, at least."""


@final
@dataclass(frozen=True, kw_only=True)
class Scatter(BeamImperfection):
    """Scatter of `share` times the photons that are sent along a ray, the same everywhere."""

    name: ClassVar[str] = "scatter"
    title: ClassVar[str] = "Scatter"
    order: ClassVar[int] = 20
    switches: ClassVar[tuple[str, ...]] = ("share",)
    cause: ClassVar[str] = (
        "Photons that were deflected in the object arrive where no straight line leads: **an "
        "offset on all counts**. Where few photons come straight through it is most of the "
        "signal, so the thickest rays read too little."
    )
    artefact: ClassVar[str] = (
        "As with a hardened beam the middle of thick objects is too dark, **cupping**, and dark "
        "bands join dense parts."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "d = -\\frac1s \\ln \\frac{e^{-s (Gm)} + S}{1 + S}",
        "s\\,(Gm) = -\\ln\\bigl(e^{-s d}(1 + S) - S\\bigr)",
    )
    source: ClassVar[str] = (
        "F. E. Boas and D. Fleischmann, CT artifacts: causes and reduction techniques, Imaging "
        "Med. 4 (2012) 229–240, doi:10.2217/iim.12.13"
    )
    typical: ClassVar[Mapping[str, Value]] = {"share": 0.05}
    script: ClassVar[str] = """\
arriving = (np.exp(-scale * clean.astype(float)) + SCATTER_SHARE) / (1 + SCATTER_SHARE)
clean = (-np.log(arriving) / scale).astype(np.float32)
"""

    share: float = param(
        0.0,
        low=0.0,
        high=0.5,
        title="Scatter",
        label="Scatter (of the photons sent)",
        stops=STOPS,
        show=lambda share: f"{100 * share:g} %",
        help="Scattered photons at each detector, as a share of those sent along a ray.",
    )

    def apply(self, rays: Sinogram, scene: Scene) -> Sinogram:
        """Return the data with the scatter among the counts."""
        straight = np.exp(-scene.attenuation * rays.astype(np.float64))
        arriving = (straight + self.share) / (1 + self.share)
        return (-np.log(arriving) / scene.attenuation).astype(np.float32)

    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """The subtraction of the scatter that is measured behind beam stops."""
        return (
            Cure(
                name="beam_stop",
                title="Scatter subtracted",
                text="Behind a piece of lead that stops the straight rays, what is counted is "
                "scatter alone. It is subtracted from all counts; its noise stays.",
                apply=self._subtracted,
            ),
        )

    def _subtracted(self, recorded: Recorded) -> Sinogram:
        arriving = np.exp(-recorded.attenuation * recorded.data.astype(np.float64))
        straight = np.maximum(arriving * (1 + self.share) - self.share, LEAST)
        return (-np.log(straight) / recorded.attenuation).astype(np.float32)

"""A beam of many energies, and an insert of metal: d = −ln Σ_k w_k exp(−a_k p − b_k q) / s.

p is the attenuation of the tissue and q that of the metal along a ray, both at 60 keV, a_k and b_k
how much more they are at the energy k, and w_k its share of the photons that are counted. Soft
photons are absorbed first: the beam hardens, and thick objects seem thinner than they are.

Mass attenuation coefficients of water and titanium: J. H. Hubbell and S. M. Seltzer, Tables of
X-ray mass attenuation coefficients, NIST (1995), DOI 10.18434/T4D01F. The shares of the energies
are those of no tube in particular.

Cures. Water correction: P. M. Joseph and R. D. Spital, A method for correcting bone induced
artifacts in computed tomography scanners, J. Comput. Assist. Tomogr. 2 (1978) 100-108, DOI
10.1097/00004728-197801000-00017 (its first step). Interpolation: W. A. Kalender, R. Hebel and
J. Ebersberger, Reduction of CT artifacts caused by metallic implants, Radiology 164 (1987)
576-577.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array, Image, Sinogram
from core.geometry.beams import Beam
from core.parameter import Value
from core.parameters import param
from core.problem.imperfections.base import BeamImperfection, Cure, Recorded, Scene
from core.problem.phantoms import rasterise

WATER = np.array([0.3756, 0.2683, 0.2269, 0.2059, 0.1837, 0.1707])
"""Of water, in cm²/g, at 30, 40, 50, 60, 80 and 100 keV."""
PURE_TITANIUM = np.array([4.972, 2.214, 1.213, 0.7661, 0.4052, 0.2721])
DENSITY = 4.506
TITANIUM = DENSITY * PURE_TITANIUM
"""Of titanium times its density at room temperature in g/cm³, so in 1/cm as water's."""
SHARES = np.array([0.10, 0.20, 0.25, 0.20, 0.15, 0.10])
MEAN = 3
"""60 keV, the one energy of a beam without any spread."""

OVERSAMPLING = 4
DEGREE = 4
METAL_FROM = 2.5
"""A pixel of this many times the brightest tissue is metal."""
BORDER = 2.0
"""Pixels about the insert in which images are not compared."""


def spectrum(spread: float) -> tuple[Float64Array, Float64Array, Float64Array]:
    """The shares w of the energies, and the attenuation a of tissue and b of metal (6,).

    Both are relative to thin tissue, so that Σ w a = 1.
    """
    shares = spread * SHARES
    shares[MEAN] += 1 - spread
    thin = float(shares @ WATER)
    return shares, WATER / thin, TITANIUM / thin


def hardened(tissue: Float64Array, metal: Float64Array, spread: float) -> Float64Array:
    """The attenuation that is measured behind these attenuations of tissue and metal.

    `metal` counts the length of metal as if it attenuated like thin tissue.
    """
    shares, of_tissue, of_metal = spectrum(spread)
    arriving = sum(
        share * np.exp(-(a * tissue + b * metal))
        for share, a, b in zip(shares, of_tissue, of_metal, strict=True)
    )
    return np.asarray(-np.log(arriving))


@final
@dataclass(frozen=True, kw_only=True)
class Metal(BeamImperfection):
    """A disc of titanium in place of the tissue there, and a beam whose energies spread.

    `radius`, `x` and `y` are in halves of the image's side from its centre, y upwards; `spectrum`
    is 0 for one energy and 1 for the whole spectrum. Image values of 1 attenuate like water. The
    insert stays where it is if the object moves.
    """

    name: ClassVar[str] = "metal"
    title: ClassVar[str] = "Metal and beam hardening"
    order: ClassVar[int] = 10
    switches: ClassVar[tuple[str, ...]] = ("radius", "spectrum")
    cause: ClassVar[str] = (
        "The tube sends photons of many energies, and matter absorbs the soft ones first: behind "
        "much of it the beam is harder, and **thick rays read too little**. A small insert of "
        "metal draws **a narrow bright band** through the sinogram, in which hardly a soft photon "
        "is left."
    )
    artefact: ClassVar[str] = (
        "Too little in the middle of thick objects: **cupping**. The band contradicts its "
        "neighbours: **dark and bright streaks** start at the metal."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "d = -\\frac1s \\ln \\sum_k w_k\\, e^{-a_k p - b_k q}",
        "p = s\\,(G\\,m_{\\text{tissue}}),\\quad q = s\\,(G\\,m_{\\text{metal}})",
    )
    source: ClassVar[str] = (
        "P. M. Joseph and R. D. Spital, J. Comput. Assist. Tomogr. 2 (1978) 100–108, "
        "doi:10.1097/00004728-197801000-00017"
    )
    typical: ClassVar[Mapping[str, Value]] = {"radius": 0.03, "spectrum": 1.0}
    judged_on: ClassVar[str] = "the image without the metal and two pixels about it"
    script: ClassVar[str] = f"""\
# Water and titanium at 30, 40, 50, 60, 80 and 100 keV: Hubbell and Seltzer, NIST 1995
water = np.array({WATER.tolist()})
titanium = {DENSITY} * np.array({PURE_TITANIUM.tolist()})
shares = METAL_SPECTRUM * np.array({SHARES.tolist()})
shares[{MEAN}] += 1 - METAL_SPECTRUM
thin = shares @ water
side = {OVERSAMPLING} * len(scanned)
centres = (np.arange(side) + 0.5) * (2 / side) - 1
inside = (centres[None, :] - METAL_X) ** 2 + (-centres[:, None] - METAL_Y) ** 2 <= METAL_RADIUS**2
insert = inside.reshape(len(scanned), {OVERSAMPLING}, len(scanned), {OVERSAMPLING}).mean((1, 3))
insert = insert.astype(np.float32)
metal = scale * project(insert).astype(float)
tissue = scale * (clean - project(insert * scanned)).astype(float)
arriving = 0
for share, a, b in zip(shares, water / thin, titanium / thin):
    arriving = arriving + share * np.exp(-(a * tissue + b * metal))
clean = (-np.log(arriving) / scale).astype(np.float32)
"""

    radius: float = param(
        0.0,
        low=0.0,
        high=0.1,
        unit="of half the side",
        title="Radius of the metal",
        label="Radius of a metal insert",
        stops=(0.0, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1),
        help="Radius of a disc of titanium, in halves of the image's side; 0 for none.",
    )
    spectrum: float = param(
        0.0,
        low=0.0,
        high=1.0,
        title="Spread of the spectrum",
        label="Spread of the spectrum",
        help="0 is a beam of one energy, 1 one of 30 to 100 keV.",
    )
    x: float = param(
        0.25,
        low=-0.95,
        high=0.95,
        title="The metal's x",
        help="To the right of the centre, in halves of the image's side.",
    )
    y: float = param(
        -0.1,
        low=-0.95,
        high=0.95,
        title="The metal's y",
        help="Upwards of the centre, in halves of the image's side.",
    )

    def insert(self, size: int) -> Image:
        """The share of each pixel (size, size) that is metal, float32."""
        disc = np.array([[1.0, self.radius, self.radius, self.x, self.y, 0.0]])
        if not self.radius:
            return np.zeros((size, size), np.float32)
        return rasterise(disc, size, oversampling=OVERSAMPLING).astype(np.float32)

    def apply(self, rays: Sinogram, scene: Scene) -> Sinogram:
        """Return what the beam measures of tissue and metal."""
        scale, insert = scene.attenuation, self.insert(len(scene.image))
        metal = scale * scene.project(insert).astype(np.float64)
        tissue = scale * (rays - scene.project(insert * scene.image)).astype(np.float64)
        return (hardened(tissue, metal, self.spectrum) / scale).astype(np.float32)

    def cures(self, beam: Beam) -> tuple[Cure, ...]:
        """The water correction, and with it the interpolation of the metal's trace."""
        return (
            Cure(
                name="water",
                title="Water correction",
                text="A polynomial turns what water of known thickness would read back into its "
                "thickness: the cupping goes, the streaks of the metal stay. They grow, since "
                "metal is no water.",
                apply=self._water_corrected,
                source="P. M. Joseph and R. D. Spital, J. Comput. Assist. Tomogr. 2 (1978) "
                "100–108, doi:10.1097/00004728-197801000-00017",
            ),
            Cure(
                name="interpolate",
                title="Water correction and interpolated trace",
                text="The metal is found in the image by its brightness and projected; in each "
                "view the data in this trace are replaced by a line between those beside it. The "
                "metal itself goes with them.",
                apply=self._interpolated,
                source="W. A. Kalender, R. Hebel and J. Ebersberger, Radiology 164 (1987) 576–577",
            ),
        )

    def judged(self, size: int, beam: Beam) -> NDArray[np.bool_]:
        """The pixels (size, size) that are not metal, nor within two pixels of it."""
        grown = self.radius + 2 * BORDER / size if self.radius else 0.0
        disc = np.array([[1.0, grown, grown, self.x, self.y, 0.0]])
        if not grown:
            return np.ones((size, size), bool)
        return np.asarray(rasterise(disc, size, oversampling=OVERSAMPLING) == 0)

    def _water_corrected(self, recorded: Recorded) -> Sinogram:
        measured = recorded.attenuation * recorded.data.astype(np.float64)
        coefficients = water_polynomial(float(measured.max(initial=0)), self.spectrum)
        powers = measured[..., None] ** np.arange(1, DEGREE + 1)
        return (powers @ coefficients / recorded.attenuation).astype(np.float32)

    def _interpolated(self, recorded: Recorded) -> Sinogram:
        corrected = self._water_corrected(recorded)
        metal = recorded.reconstruct(corrected) > METAL_FROM
        trace = recorded.operator.project(metal.astype(np.float32)) > 0
        return interpolated_along_detectors(corrected, trace)


def water_polynomial(largest: float, spread: float) -> Float64Array:
    """Coefficients (4,) of d, d², d³ and d⁴ that turn measured attenuation into that of thin water.

    A fit to `hardened` from 0 to the water that measures `largest`.
    """
    water = np.linspace(0, 2 * largest + 1e-9, 400)
    measured = hardened(water, np.zeros_like(water), spread)
    used = measured <= max(largest, float(measured[DEGREE]))
    powers = measured[used, None] ** np.arange(1, DEGREE + 1)
    coefficients, *_ = np.linalg.lstsq(powers, water[used], rcond=None)
    return np.asarray(coefficients)


def interpolated_along_detectors(sinogram: Sinogram, trace: NDArray[np.bool_]) -> Sinogram:
    """Return the data with those in the trace (views, detectors) on lines between their neighbours.

    A view that lies in the trace whole stays as it is.
    """
    changed = sinogram.copy()
    detectors = np.arange(sinogram.shape[1])
    for row, bad in zip(changed, trace, strict=True):
        if bad.any() and not bad.all():
            row[bad] = np.interp(detectors[bad], detectors[~bad], row[~bad])
    return changed

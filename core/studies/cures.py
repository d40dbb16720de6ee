"""What an imperfection makes of an image, and what its cures make of it again, with FBP."""

from dataclasses import dataclass, replace

from core.array_types import Image, Sinogram
from core.errors import InputError
from core.methods.fbp import FBP
from core.problem.imperfections import Cure, Imperfection, Recorded
from core.problem.measurement import SimulatedMeasurement
from core.problem.noise import attenuation_scale
from core.problem.scan import Scan
from core.studies.solving import last_image


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """A scan by an imperfect scanner, the same after a cure, and by a perfect scanner.

    Data (views, detectors) and their FBP (size, size), and the imperfection's merit of each.
    """

    perfect_data: Sinogram
    data: Sinogram
    cured_data: Sinogram
    perfect_image: Image
    image: Image
    cured_image: Image
    perfect_score: float
    score: float
    cured_score: float


def recorded(measurement: SimulatedMeasurement) -> Recorded:
    """What a cure may know of a measurement."""
    data, attenuation = measurement.data, measurement.attenuation
    return Recorded(
        data=data,
        operator=measurement.operator,
        attenuation=attenuation_scale(measurement.clean) if attenuation is None else attenuation,
        reconstruct=lambda changed: last_image(FBP(), replace(measurement, data=changed)),
    )


def cure_named(imperfection: Imperfection, scan: Scan, name: str = "") -> Cure:
    """The cure of this name, the usual one for none; raise `InputError` where there is none."""
    cures = imperfection.cures(scan.beam)
    if not cures:
        raise InputError(
            f"The correction of “{imperfection.title}” needs parallel rays, not a "
            f"{scan.beam.kind} beam."
        )
    return next((cure for cure in cures if cure.name == name), cures[-1])


def treat(
    imperfection: Imperfection,
    cure: Cure,
    measurement: SimulatedMeasurement,
    perfect: SimulatedMeasurement,
) -> Treatment:
    """Apply a cure to an imperfect measurement, and judge the images; `perfect` lacks both."""
    known, beam = recorded(measurement), measurement.operator.beam
    cured_data = cure.apply(known)
    images = [known.reconstruct(data) for data in (perfect.data, known.data, cured_data)]
    scores = [imperfection.score(image, measurement.truth, beam) for image in images]
    return Treatment(
        perfect_data=perfect.data,
        data=measurement.data,
        cured_data=cured_data,
        perfect_image=images[0],
        image=images[1],
        cured_image=images[2],
        perfect_score=scores[0],
        score=scores[1],
        cured_score=scores[2],
    )

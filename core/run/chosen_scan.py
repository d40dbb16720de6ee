"""The scan that the options of the command line describe, and what to know of it."""

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from core.methods.base import Method
from core.problem.errors import InputError, require_choice
from core.problem.geometry import TRUNCATED, FanBeam, ParallelBeam, share_outside
from core.problem.images import WithLesion, parse_image, parse_lesion
from core.problem.noise import Noise
from core.problem.projector import slowness
from core.problem.scan import Scan
from core.run.departures import training_notice

DEFAULT_LEVELS = {"none": 0.0, "gaussian": 0.01, "poisson": 1e4}


def scan_of(chosen: Namespace) -> Scan:
    """The scan that the options describe; raise `InputError` when there is none such."""
    given = {
        "angles": chosen.angles,
        "arc_deg": chosen.arc,
        "start_deg": chosen.start,
        "detectors": chosen.detectors,
        "detector_width": chosen.detector_width,
    }
    require_choice("Beam", chosen.beam, ("parallel", "fan"))
    distances = {
        "source_origin": chosen.source_origin,
        "origin_detector": chosen.origin_detector,
    }
    if chosen.beam == "fan":
        beam_class: type[ParallelBeam] | type[FanBeam] = FanBeam
        given |= distances
    else:
        beam_class = ParallelBeam
        if any(value is not None for value in distances.values()):
            raise InputError("A parallel beam has no distances; they go with --beam fan.")
    require_choice("Noise", chosen.noise, Noise.kinds)
    if chosen.noise == "none" and chosen.level:
        raise InputError("A level goes with --noise gaussian or --noise poisson.")
    level = DEFAULT_LEVELS[chosen.noise] if chosen.level is None else chosen.level
    image = parse_image(chosen.image)
    return Scan(
        image=WithLesion(image=image, lesion=parse_lesion(chosen.lesion))
        if chosen.lesion
        else image,
        size=chosen.size,
        beam=beam_class(**{name: value for name, value in given.items() if value is not None}),
        projector=chosen.projector,
        noise=Noise(kind=chosen.noise, level=level, seed=chosen.seed),
    )


def warnings_on(scan: Scan, truth: Any, method: type[Method]) -> Iterator[str]:
    """What a person should know of a scan that was made just now, and of a method for it."""
    radius = scan.beam.field_radius
    lost = share_outside(truth, radius)
    if lost > TRUNCATED:
        yield (
            f"The views see a disc of radius {radius:.0f} pixels whole, and {lost:.0%} of the "
            "image lies outside: more or wider detectors would see it."
        )
    if slow := slowness(scan.size, scan.beam, scan.projector):
        yield slow
    if notice := training_notice(scan, {method.title: method.name}):
        yield notice

"""Away from the training: one condition of the scan is varied, and every method is scored."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from core.geometry.views import EvenViews, Views
from core.problem.images import (
    PlainImage,
    RandomEllipses,
    SheppLogan,
    StoredImage,
    demo_sets,
)
from core.problem.lesion import without_lesion
from core.problem.noise import GaussianNoise, Noise, NoNoise, PoissonNoise, SeededNoise
from core.problem.scan import Scan
from core.studies.available_methods import training_card
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.out_of_distribution import training_range

Condition = Literal["angles", "noise", "dose", "arc", "grid", "anatomy"]

ANGLES = (10, 15, 20, 30, 41, 60, 90, 120, 180)
LEVELS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1)
DOSES = (1e2, 3e2, 1e3, 3e3, 1e4, 3e4, 1e5, 1e6)
ARCS = (60.0, 80.0, 100.0, 120.0, 140.0, 160.0, 180.0)


@dataclass(frozen=True, kw_only=True)
class SweepPoint:
    """One point of a sweep: its value on the axis, its name, and the scan."""

    value: float
    label: str
    scan: Scan


def sweep_points(scan: Scan, condition: Condition) -> tuple[SweepPoint, ...]:
    """The scan with one condition varied from one end to the other, the rest as it is."""
    if condition == "angles":
        return tuple(
            SweepPoint(
                value=n, label=f"{n} views", scan=replace(scan, beam=scan.beam.with_angles(n))
            )
            for n in ANGLES
        )
    if condition == "arc":
        return tuple(
            SweepPoint(
                value=arc,
                label=f"{arc:g}°",
                scan=replace(scan, beam=scan.beam.with_views(_over(scan, arc))),
            )
            for arc in ARCS
        )
    if condition == "noise":
        return tuple(
            SweepPoint(
                value=100 * level,
                label=f"{100 * level:g} %",
                scan=replace(scan, noise=_white(scan, level)),
            )
            for level in LEVELS
        )
    if condition == "grid":
        return tuple(
            SweepPoint(value=float(finer), label=label, scan=replace(scan, finer_grid=finer))
            for finer, label in ((False, "the same grid"), (True, "a finer grid"))
        )
    if condition == "dose":
        return tuple(
            SweepPoint(
                value=photons,
                label=f"{photons:g} photons a ray",
                scan=replace(scan, noise=PoissonNoise(photons=photons, seed=_seed(scan))),
            )
            for photons in DOSES
        )
    return tuple(
        SweepPoint(value=number, label=image.label, scan=replace(scan, image=image))
        for number, image in enumerate(anatomies(scan))
    )


def _over(scan: Scan, arc: float) -> Views:
    first = math.fmod(float(scan.beam.angles_deg[0]), 360.0)  # a list may turn twice
    return EvenViews(angles=scan.beam.view_count, arc=arc, start=first)


def _white(scan: Scan, level: float) -> Noise:
    return GaussianNoise(level=level, seed=_seed(scan)) if level else NoNoise()


def _seed(scan: Scan) -> int:
    return scan.noise.seed if isinstance(scan.noise, SeededNoise) else 0


def anatomies(scan: Scan) -> tuple[PlainImage, ...]:
    """The image of the scan, a head of every set, and two phantoms that are no heads."""
    shown = without_lesion(scan.image)
    heads = [StoredImage(set=entry.name, slice=entry.default_slice) for entry in demo_sets()]
    images: list[PlainImage] = [shown, *heads, SheppLogan(), RandomEllipses()]
    return tuple(dict.fromkeys(images))


def seen_in_training(
    candidate: EvaluatedMethod, condition: Condition, size: int
) -> tuple[float, float] | None:
    """The range of a condition that a candidate's network has seen, in the units of `sweep_points`.

    Of views it is that of images of this side. None for a method without training, and where
    neither its model card nor its plan says.
    """
    names = {
        "angles": ("angles", 1.0),
        "noise": ("noise_level", 100.0),
        "dose": ("noise_photons", 1.0),
        "arc": ("arc", 1.0),
    }
    if condition not in names:
        return None
    name, scale = names[condition]
    seen = training_range(training_card(candidate.method.name), size).get(name)
    return None if seen is None else (scale * float(seen[0]), scale * float(seen[1]))

"""How wide the intervals of a sampler should be, found on other slices under the same scan."""

from dataclasses import dataclass, replace

import numpy as np

from core.array_types import Float64Array, Image
from core.errors import InputError
from core.jobs.job import Report
from core.methods.support.sampling import SamplingMethod
from core.parameters import param, validate
from core.problem.calibration import Errors, alpha_of, errors_of, width_of
from core.problem.images import StoredImage, demo_sets
from core.problem.scan import Scan
from core.problem.stored import images_trouble
from core.studies.measurements import measurement_of
from core.studies.posterior_samples import draw, informed
from core.studies.study import Study

INNER = (0.15, 0.85)
"""The part of a set whose slices show a whole head."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Recalibrated:
    """The factor `alpha` on the spread and the constant half `width` that cover other slices.

    labels, alphas : of each slice, and the factor that it alone would ask for.
    coverages : (slices,), of the 90 % interval before.
    """

    labels: tuple[str, ...]
    alphas: Float64Array
    coverages: Float64Array
    alpha: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Recalibration(Study[Recalibrated]):
    """The samples of `slices` other slices, with the scanner and the sampler of a scan."""

    scan: Scan
    method: SamplingMethod
    head: str = param(
        "same",
        choices=("same", "other"),
        words={"same": "This head", "other": "The other head"},
        title="Calibrate on slices of",
    )
    slices: int = param(4, low=1, high=10, title="Slices")

    def __post_init__(self) -> None:
        validate(self)
        self.method.check_fits(self.scan.size)

    @property
    def job_title(self) -> str:
        """What it is about."""
        return "Calibration"

    def complete(self, result: Recalibrated) -> bool:
        """Whether all slices are there."""
        return len(result.labels) == len(self.scans)

    @property
    def scans(self) -> tuple[Scan, ...]:
        """The other scans. For an image that is no slice of a set, this head is the first set."""
        if sentence := images_trouble():
            raise InputError(sentence)
        image, names = self.scan.image, [entry.name for entry in demo_sets()]
        own = image.set if isinstance(image, StoredImage) else names[0]
        chosen = own if self.head == "same" else next(name for name in names if name != own)
        count = next(entry.slices for entry in demo_sets() if entry.name == chosen)
        shown = image.slice if isinstance(image, StoredImage) and chosen == own else -1
        inner = [n for n in range(count) if INNER[0] <= n / (count - 1) <= INNER[1] and n != shown]
        places = np.linspace(0, len(inner) - 1, min(self.slices, len(inner)))
        numbers = [inner[round(place)] for place in places.tolist()]
        return tuple(
            replace(self.scan, image=StoredImage(set=chosen, slice=number)) for number in numbers
        )

    def compute(self, report: Report) -> Recalibrated:
        """Draw the samples of one slice after the other; those before a stop count."""
        found: list[tuple[str, Errors]] = []
        scans = self.scans
        for number, scan in enumerate(scans):
            ended = False

            def watch(
                step: int,
                steps: int,
                *,
                image: Image | None = None,
                history: object = None,
                part: str = "",
                parts: tuple[object, ...] = (),
                before: int = number,
                title: str = scan.label,
            ) -> bool:
                nonlocal ended
                so_far = (_recalibrated(found),) if found else ()
                ended = report(before * steps + step, len(scans) * steps, part=title, parts=so_far)
                return ended

            measurement = measurement_of(scan)
            samples = draw(informed(self.method, measurement), measurement, watch)
            if ended:
                break
            found.append((scan.label, errors_of(samples.images, measurement.truth)))
        return _recalibrated(found)


def _recalibrated(found: list[tuple[str, Errors]]) -> Recalibrated:
    errors = tuple(one for _, one in found)
    return Recalibrated(
        labels=tuple(label for label, _ in found),
        alphas=np.array([alpha_of((one,)) for one in errors]),
        coverages=np.array([one.coverage() for one in errors]),
        alpha=alpha_of(errors) if errors else 1.0,
        width=width_of(errors) if errors else 0.0,
    )

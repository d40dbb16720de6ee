"""The scan as a form: which questions are asked, in which order, and what the answers make.

The same questions draw the controls of the sidebar, read a link and write one: only the way of
asking differs.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from core.methods.parameters import Parameter, Value
from core.problem.geometry import Beam, FanBeam, ParallelBeam
from core.problem.images import ImageSource, Phantom, StoredImage, UploadedImage, demo_sets
from core.problem.noise import Noise
from core.problem.scan import Scan
from core.ui import scan_questions as asked


class OpenedFile(Protocol):
    """A visitor's file, looked into: its slices can be had one by one."""

    @property
    def slices(self) -> int:
        """How many slices it has."""

    def image(self, slice: int) -> UploadedImage:
        """The image of one slice, counted from 0."""


Ask = Callable[[Parameter], Any]
"""Returns an allowed value for a parameter: from a widget, from a link, from a scan."""


def ask_scan(ask: Ask, files: Mapping[str, OpenedFile]) -> Scan:
    """Ask for everything that defines a scan; `files` are the visitor's own, by their hash.

    Where an own file is wanted that is not there, the lecture's image stands in for it.
    """
    image = _ask_image(ask, files)
    size = ask(asked.SIZE)
    beam = _ask_beam(ask, size)
    projector = ask(replace(asked.PROJECTOR, choices=beam.projectors))
    return Scan(image=image, size=size, beam=beam, projector=projector, noise=_ask_noise(ask))


def _ask_image(ask: Ask, files: Mapping[str, OpenedFile]) -> ImageSource:
    name = ask(asked.IMAGE)
    if name == asked.UPLOAD:
        file = files.get(ask(asked.FILE))
        if file is None:
            return asked.LECTURE.image
        return file.image(ask(asked.slice_parameter(file.slices, file.slices // 2)))
    if name in Phantom.kinds:
        return Phantom(kind=name, seed=ask(asked.PHANTOM_SEED) if name == "ellipses" else 0)
    chosen = next(entry for entry in demo_sets() if entry.name == name)
    return StoredImage(
        set=name, slice=ask(asked.slice_parameter(chosen.slices, chosen.default_slice))
    )


def _ask_beam(ask: Ask, size: int) -> Beam:
    kind = ask(asked.BEAM)
    views = {
        "angles": ask(asked.ANGLES),
        "arc_deg": ask(asked.ARC),
        "start_deg": ask(asked.START),
        "detectors": ask(asked.DETECTORS),
        "detector_width": ask(asked.WIDTH),
    }
    if kind == "parallel":
        return ParallelBeam(**views)
    # The source must stand outside the image, whose corner is size/√2 from the axis.
    nearest = math.nextafter(size / math.sqrt(2), math.inf)
    return FanBeam(
        **views,
        source_origin=ask(replace(asked.SOURCE_DISTANCE, low=nearest)),
        origin_detector=ask(asked.DETECTOR_DISTANCE),
    )


def _ask_noise(ask: Ask) -> Noise:
    kind = ask(asked.NOISE)
    if kind == "none":
        return Noise()
    level = ask(asked.NOISE_LEVEL if kind == "gaussian" else asked.PHOTONS)
    return Noise(kind=kind, level=level, seed=ask(asked.NOISE_SEED))


def answers(scan: Scan) -> dict[str, Value]:
    """The value by the name of its question, as `ask_scan` would have to hear it.

    An uploaded image is left out: only the session that holds the file can name it.
    """
    image, beam, noise = scan.image, scan.beam, scan.noise
    found: dict[str, Value] = {
        "size": scan.size,
        "beam": "parallel",
        "projector": scan.projector,
        "angles": beam.angles,
        "arc": beam.arc_deg,
        "start": beam.start_deg,
        "detectors": beam.detectors,
        "width": beam.detector_width,
        "noise": noise.kind,
        "noise_level": noise.level,
        "photons": noise.level,
        "noise_seed": noise.seed,
    }
    if isinstance(beam, FanBeam):
        found |= {
            "beam": "fan",
            "source_distance": beam.source_origin,
            "detector_distance": beam.origin_detector,
        }
    match image:
        case StoredImage():
            found |= {"image": image.set, "slice": image.slice}
        case Phantom():
            found |= {"image": image.kind, "phantom_seed": image.seed}
        case UploadedImage():
            found |= {"image": asked.UPLOAD}
    return found

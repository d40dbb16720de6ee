"""The scan as a form: which questions are asked, in which order, and what the answers make.

The same questions draw the controls of the sidebar, read a link and write one: only the way of
asking differs.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from core.methods.parameters import Parameter, Value
from core.problem.geometry import (
    ANGLES_RANGE,
    DETECTORS_RANGE,
    DISTANCE_RANGE,
    WIDTH_RANGE,
    Beam,
    FanBeam,
    ParallelBeam,
)
from core.problem.images import ImageSource, Phantom, StoredImage, UploadedImage, demo_sets
from core.problem.noise import Noise
from core.problem.scan import SIZE_RANGE, Scan

LECTURE = Scan()
LARGEST_SEED = 2**32 - 1


class OpenedFile(Protocol):
    """A visitor's file, looked into: its slices can be had one by one."""

    @property
    def slices(self) -> int:
        """How many slices it has."""

    def image(self, slice: int) -> UploadedImage:
        """The image of one slice, counted from 0."""


Ask = Callable[[Parameter], Any]
"""Returns an allowed value for a parameter: from a widget, from a link, from a scan."""

UPLOAD = "upload"
IMAGE = Parameter(
    name="image",
    default="colin27",
    choices=(*(entry.name for entry in demo_sets()), *Phantom.kinds, UPLOAD),
    help="What lies in the scanner.",
)
FILE = Parameter(name="file", default="")
PHANTOM_SEED = Parameter(
    name="phantom_seed",
    default=0,
    low=0,
    high=LARGEST_SEED,
    help="Another number gives another random phantom; the same number, the same one.",
)
SIZE = Parameter(
    name="size",
    default=LECTURE.size,
    low=SIZE_RANGE[0],
    high=SIZE_RANGE[1],
    unit="pixels",
    help="Side of the image in pixels: the scan has size² unknowns.",
)
BEAM = Parameter(
    name="beam",
    default="parallel",
    choices=("parallel", "fan"),
    help="Parallel rays, or rays that fan out from a point source.",
)
PROJECTOR = Parameter(
    name="projector",
    default=LECTURE.projector,
    choices=ParallelBeam.projectors,
    help=(
        "How an entry of G is computed. strip: the area of the pixel within the ray's strip; "
        "line: the length of the ray within the pixel; linear: interpolation along the ray."
    ),
)
ANGLES = Parameter(
    name="angles",
    default=LECTURE.beam.angles,
    low=ANGLES_RANGE[0],
    high=ANGLES_RANGE[1],
    help="How many views are taken, evenly spaced over the arc. Each is one row of the data.",
)
ARC = Parameter(
    name="arc",
    default=180.0,
    low=0.1,
    high=360.0,
    unit="°",
    help="The angle over which the gantry turns; the last view lies one step before its end.",
)
START = Parameter(
    name="start", default=0.0, low=-360.0, high=360.0, unit="°", help="Angle of the first view."
)
DETECTORS = Parameter(
    name="detectors",
    default=LECTURE.beam.detectors,
    low=DETECTORS_RANGE[0],
    high=DETECTORS_RANGE[1],
    help="How many detectors stand side by side: the length of one row of the data.",
)
WIDTH = Parameter(
    name="width",
    default=LECTURE.beam.detector_width,
    low=WIDTH_RANGE[0],
    high=WIDTH_RANGE[1],
    unit="pixels",
    help="Width of one detector, in pixels of the image.",
)
SOURCE_DISTANCE = Parameter(
    name="source_distance",
    default=FanBeam.source_origin,
    low=DISTANCE_RANGE[0],
    high=DISTANCE_RANGE[1],
    unit="pixels",
    help="Distance of the source from the axis about which the gantry turns.",
)
DETECTOR_DISTANCE = Parameter(
    name="detector_distance",
    default=FanBeam.origin_detector,
    low=0.0,
    high=DISTANCE_RANGE[1],
    unit="pixels",
    help="Distance of the row of detectors from the axis.",
)
NOISE = Parameter(
    name="noise",
    default="none",
    choices=Noise.kinds,
    help="The n in d = Gm + n: white Gaussian noise, or the counting of photons.",
)
NOISE_LEVEL = Parameter(
    name="noise_level",
    default=0.01,
    low=0.0,
    high=1.0,
    help="Standard deviation of the noise, as a share of the mean of |d|.",
)
PHOTONS = Parameter(
    name="photons",
    default=10_000.0,
    low=1.0,
    high=1e9,
    help="Photons sent along each ray: the fewer, the lower the dose and the noisier the data.",
)
NOISE_SEED = Parameter(
    name="noise_seed",
    default=0,
    low=0,
    high=LARGEST_SEED,
    help="Another number draws another noise; the same number, the same one.",
)


IMAGE_NAMES = ("image", "file", "slice", "phantom_seed", "size")
SCANNER_NAMES = (
    *("beam", "projector", "angles", "arc", "start", "detectors", "width"),
    *("source_distance", "detector_distance"),
    *("noise", "noise_level", "photons", "noise_seed"),
)


def slice_parameter(slices: int, default: int) -> Parameter:
    """The slice of an image set or a file, counted from 0."""
    return Parameter(name="slice", default=default, low=0, high=slices - 1)


def ask_scan(ask: Ask, files: Mapping[str, OpenedFile]) -> Scan:
    """Ask for everything that defines a scan; `files` are the visitor's own, by their hash.

    Where an own file is wanted that is not there, the lecture's image stands in for it.
    """
    image = _ask_image(ask, files)
    size = ask(SIZE)
    beam = _ask_beam(ask, size)
    projector = ask(replace(PROJECTOR, choices=beam.projectors))
    return Scan(image=image, size=size, beam=beam, projector=projector, noise=_ask_noise(ask))


def _ask_image(ask: Ask, files: Mapping[str, OpenedFile]) -> ImageSource:
    name = ask(IMAGE)
    if name == UPLOAD:
        file = files.get(ask(FILE))
        if file is None:
            return LECTURE.image
        return file.image(ask(slice_parameter(file.slices, file.slices // 2)))
    if name in Phantom.kinds:
        return Phantom(kind=name, seed=ask(PHANTOM_SEED) if name == "ellipses" else 0)
    chosen = next(entry for entry in demo_sets() if entry.name == name)
    return StoredImage(set=name, slice=ask(slice_parameter(chosen.slices, chosen.default_slice)))


def _ask_beam(ask: Ask, size: int) -> Beam:
    kind = ask(BEAM)
    views = {
        "angles": ask(ANGLES),
        "arc_deg": ask(ARC),
        "start_deg": ask(START),
        "detectors": ask(DETECTORS),
        "detector_width": ask(WIDTH),
    }
    if kind == "parallel":
        return ParallelBeam(**views)
    # The source must stand outside the image, whose corner is size/√2 from the axis.
    nearest = math.nextafter(size / math.sqrt(2), math.inf)
    return FanBeam(
        **views,
        source_origin=ask(replace(SOURCE_DISTANCE, low=nearest)),
        origin_detector=ask(DETECTOR_DISTANCE),
    )


def _ask_noise(ask: Ask) -> Noise:
    kind = ask(NOISE)
    if kind == "none":
        return Noise()
    level = ask(NOISE_LEVEL if kind == "gaussian" else PHOTONS)
    return Noise(kind=kind, level=level, seed=ask(NOISE_SEED))


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
            found |= {"image": UPLOAD}
    return found

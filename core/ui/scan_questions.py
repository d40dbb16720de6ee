"""The questions of the scan: every parameter that a link to it may carry, and its bounds."""

from core.methods.parameters import Parameter
from core.problem.geometry import (
    ANGLES_RANGE,
    DETECTORS_RANGE,
    DISTANCE_RANGE,
    WIDTH_RANGE,
    FanBeam,
    ParallelBeam,
)
from core.problem.images import Phantom, demo_sets
from core.problem.noise import Noise
from core.problem.scan import SIZE_RANGE, Scan

LECTURE = Scan()
LARGEST_SEED = 2**32 - 1

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

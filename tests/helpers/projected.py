"""Scans of many kinds, with images and sinograms for them, for the tests of the projector."""

import numpy as np

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews


def parallel(angles, detectors, width=2.0, *, arc=180.0, start=0.0):
    views = EvenViews(angles=angles, arc=arc, start=start)
    return ParallelBeam(views=views, detectors=detectors, detector_width=width)


def fan(angles, detectors, *, source, detector=None, start=0.0, kind=FanBeam, **width):
    """A fan beam of a full turn; `source` and `detector` are their distances from the axis."""
    views = EvenViews(angles=angles, arc=360.0, start=start)
    far = {} if detector is None else {"origin_detector": detector}
    return kind(views=views, detectors=detectors, source_origin=source, **far, **width)


def curved_fan(angles, detectors, **more):
    return fan(angles, detectors, kind=CurvedFanBeam, **more)


SCANS = {
    "lecture": (320, ParallelBeam()),
    "eight symmetries": (64, parallel(8, 65, 1.1)),
    "odd everything": (65, parallel(7, 51, 1.3, start=11)),
    "limited arc, fine detectors": (64, parallel(9, 201, 0.4, arc=100, start=-33)),
    "full turn": (64, parallel(12, 64, 1.55, arc=360)),
    "one view, image not covered": (64, parallel(1, 9, start=70)),
    "fan": (128, fan(10, 90, source=300, detector=200)),
    "fan, odd everything": (65, fan(7, 50, source=150, detector=0, start=5)),
    "fan, one view": (64, fan(1, 64, source=400)),
    "curved fan": (128, curved_fan(10, 90, source=300, detector=200)),
    "curved fan, odd everything": (65, curved_fan(7, 50, source=150, detector=0, start=5)),
    "curved fan, wider than half a turn": (48, curved_fan(9, 90, source=36, detector=20, start=2)),
}
COMBINATIONS = [(name, kind) for name, (_, beam) in SCANS.items() for kind in beam.kernels]


def head(size):
    """An ellipse of noise with an edge, a hole and a bright disc, off centre; float32."""
    y, x = (np.mgrid[:size, :size] - (size - 1) / 2) / size
    image = ((x / 0.38) ** 2 + (y / 0.45) ** 2 < 1) * (0.5 + 0.5 * noise((size, size)))
    image[(x - 0.1) ** 2 + (y + 0.15) ** 2 < 0.01] = 1.0
    image[(x + 0.15) ** 2 + (y - 0.05) ** 2 < 0.005] = 0.0
    return image.astype(np.float32)


def noise(shape, seed=0):
    return np.random.default_rng(seed).random(shape, np.float32)


def signed(shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def deviation(found, expected):
    """Largest difference in each view, as a part of the largest value of all."""
    return np.abs(found - expected).max(axis=-1) / np.abs(expected).max()


# As parts of the largest value. ASTRA follows a ray in float32 by adding up steps, so its rays
# drift by some 1e-4 of a pixel; a `line` close to a pixel's corner feels that most. For a fan's
# strips it takes |∇u| on the detector's central ray and not at the pixel.
TOLERANCES = {"strip": 5e-4, "line": 1e-3, "linear": 5e-4}

# ASTRA's strip of a curved row is the mean of 16 lines, off where these run along pixels.
CURVED_STRIP_TOLERANCE = 5e-3

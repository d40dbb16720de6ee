"""Scans of many kinds, with images and sinograms for them, for the tests of the projector."""

import numpy as np

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews

SCANS = {
    "lecture": (320, ParallelBeam()),
    "eight symmetries": (
        64,
        ParallelBeam(views=EvenViews(angles=8), detectors=65, detector_width=1.1),
    ),
    "odd everything": (
        65,
        ParallelBeam(views=EvenViews(angles=7, start=11), detectors=51, detector_width=1.3),
    ),
    "limited arc, fine detectors": (
        64,
        ParallelBeam(
            views=EvenViews(angles=9, arc=100, start=-33), detectors=201, detector_width=0.4
        ),
    ),
    "full turn": (
        64,
        ParallelBeam(views=EvenViews(angles=12, arc=360), detectors=64, detector_width=1.55),
    ),
    "one view, image not covered": (
        64,
        ParallelBeam(views=EvenViews(angles=1, start=70), detectors=9),
    ),
    "fan": (
        128,
        FanBeam(
            views=EvenViews(angles=10, arc=360.0),
            source_origin=300,
            origin_detector=200,
            detectors=90,
        ),
    ),
    "fan, odd everything": (
        65,
        FanBeam(
            views=EvenViews(angles=7, arc=360.0, start=5),
            source_origin=150,
            origin_detector=0,
            detectors=50,
        ),
    ),
    "fan, one view": (
        64,
        FanBeam(views=EvenViews(angles=1, arc=360.0), source_origin=400, detectors=64),
    ),
    "curved fan": (
        128,
        CurvedFanBeam(
            views=EvenViews(angles=10, arc=360.0),
            source_origin=300,
            origin_detector=200,
            detectors=90,
        ),
    ),
    "curved fan, odd everything": (
        65,
        CurvedFanBeam(
            views=EvenViews(angles=7, arc=360.0, start=5),
            source_origin=150,
            origin_detector=0,
            detectors=50,
        ),
    ),
    "curved fan, wider than half a turn": (
        48,
        CurvedFanBeam(
            views=EvenViews(angles=9, arc=360.0, start=2),
            source_origin=36,
            origin_detector=20,
            detectors=90,
        ),
    ),
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

"""A small scan and random tensors for the bridge to PyTorch."""

import numpy as np
import pylops
import pylops.signalprocessing
import torch

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.projection.projector import make_projector

SIZE = 12
PARALLEL = ParallelBeam(views=EvenViews(angles=5), detectors=9)
FAN = FanBeam(
    views=EvenViews(angles=6, arc=360.0), detectors=9, source_origin=40, origin_detector=40
)
KERNEL = np.outer([1.0, 2.0, 1.0], [1.0, 4.0, 1.0]) / 24


def blur(dims):
    return pylops.signalprocessing.Convolve2D(dims, h=KERNEL, offset=(1, 1))


OPERATORS = {
    "derivative": lambda: pylops.FirstDerivative((6, 5)),
    "second derivative": lambda: pylops.SecondDerivative((6, 5)),
    "gradient": lambda: pylops.Gradient((5, 4)),
    "blur": lambda: blur((6, 5)),
    "wavelet": lambda: pylops.signalprocessing.DWT2D((8, 4), level=2),
    "identity": lambda: pylops.Identity(7),
    "composition": lambda: pylops.FirstDerivative((6, 5)).H @ blur((6, 5)),
    "strip": lambda: make_projector(SIZE, PARALLEL, "strip"),
    "line": lambda: make_projector(SIZE, PARALLEL, "line"),
    "linear": lambda: make_projector(SIZE, PARALLEL, "linear"),
    "fan beam": lambda: make_projector(SIZE, FAN),
    "some views": lambda: make_projector(SIZE, PARALLEL).angle_subset([3, 0]),
}


def draw(*shape, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(sum(shape)))

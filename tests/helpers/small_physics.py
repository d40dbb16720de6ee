"""Scans so small that what a network is taught of them has a matrix."""

import numpy as np
import torch

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.networks.architectures.physics import Physics
from core.networks.training.small_scans import SmallScans
from core.problem.images import SheppLogan
from core.projection.projector import make_projector

SIZE, VIEWS, DETECTORS = 24, 8, 12


def small(views=VIEWS, detectors=DETECTORS, width=SIZE / DETECTORS):
    beam = ParallelBeam(views=EvenViews(angles=views), detectors=detectors, detector_width=width)
    return Physics(make_projector(SIZE, beam, threads=1))


def scans_of(physics, level, count=1, seed=0):
    heads = np.repeat(SheppLogan().read(physics.size)[None], count, axis=0)
    return SmallScans.of(physics, heads, level, (seed, 0))


def dense(function, shape, dtype=torch.float32):
    """The matrix of a linear map of tensors (count, *shape)."""
    count = int(np.prod(shape))
    unit = torch.eye(count, dtype=dtype).reshape(count, *shape)
    return function(unit).flatten(1).T.double()

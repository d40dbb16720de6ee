import numpy as np
import pytest
import torch

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.networks.architectures.physics import Physics
from core.problem.images import SheppLogan
from core.projection.projector import make_projector


@pytest.fixture(scope="session")
def operator():
    return make_projector(
        64, ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2), threads=1
    )


@pytest.fixture(scope="session")
def physics(operator):
    return Physics(operator)


@pytest.fixture(scope="session")
def truth():
    return torch.from_numpy(SheppLogan().read(64))[None, None]


@pytest.fixture(scope="session")
def data(physics, truth):
    clean = physics.forward(truth)
    noise = np.random.default_rng(0).standard_normal(clean.shape).astype(np.float32)
    return clean + 0.01 * clean.mean() * torch.from_numpy(noise)

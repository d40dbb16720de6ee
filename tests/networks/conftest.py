import numpy as np
import pytest
import torch

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.networks.architectures.physics import Physics
from core.problem.images import SheppLogan
from core.projection.projector import make_projector
from tests.helpers.small_training import set_apart

THREADS = torch.get_num_threads()


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


@pytest.fixture
def small_training(tmp_path, monkeypatch):
    """Weights and cache in folders of their own, and a denoiser that trains in a moment."""
    set_apart(tmp_path, monkeypatch, steps=6, batch=2)
    yield
    torch.set_num_threads(THREADS)

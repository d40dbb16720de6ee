"""The small scan of the lessons on the bridge to PyTorch, its matrix and an image for it."""

import numpy as np
import pytest

from core.projection.projector import make_projector
from tests.helpers.bridge_scan import BEAM, SIZE


@pytest.fixture(scope="session")
def projector():
    return make_projector(SIZE, BEAM)


@pytest.fixture(scope="session")
def dense(projector):
    return projector.matrix().toarray().astype(np.float64)


@pytest.fixture(scope="session")
def ellipse():
    z, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    return np.float32((x / 0.6) ** 2 + (z / 0.8) ** 2 < 1)

"""The small measurement on which the proximal solvers are compared, and its matrix."""

import numpy as np
import pytest

from tests.helpers.solved import measured


@pytest.fixture(scope="session")
def measurement():
    return measured()


@pytest.fixture(scope="session")
def dense(measurement):
    return measurement.operator.matrix().toarray().astype(np.float64)

"""How strong the noise of the data is, for methods that weigh their prior by it."""

import numpy as np

from core.array_types import Sinogram
from core.methods.support.parameter_selection import estimated_deviation

LEAST = 1e-3
"""No data count as cleaner than this part of their mean: a model is never exact."""


def noise_level(data: Sinogram) -> float:
    """Standard deviation of the noise in data (angles, detectors), estimated from the data alone.

    It grows with the data as their brightness does; at least a thousandth of their mean, and 1 for
    data that are zero.
    """
    return max(estimated_deviation(data), LEAST * float(np.abs(data).mean())) or 1.0

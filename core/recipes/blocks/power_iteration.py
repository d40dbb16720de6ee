"""Power iteration."""

from typing import Any

import numpy as np


def largest_eigenvalue(A: Any) -> float:
    """The largest eigenvalue of AᵀA for an operator A on images."""
    image = np.ones(A.dims, np.float32)
    for _ in range(50):
        image = A.H @ (A @ image)
        largest = float(np.linalg.norm(image))
        image = image / largest
    return largest

"""S sharpens the views: all detector frequencies count alike, and ‖SG‖ is just below 1."""

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from core.recipes.blocks.filtered import filtered
from core.recipes.blocks.ray_response import response
from core.recipes.scan import G, data


def sharpening_gain() -> np.ndarray:
    """The response of S to each detector frequency."""
    gain, ones = 1 / np.sqrt(response), np.ones(data.size, np.float32)

    def normal(y: np.ndarray) -> np.ndarray:
        """SGGᵀS y."""
        back = G.H @ filtered(y.reshape(data.shape), gain)
        return filtered(G @ back, gain).ravel()

    square = LinearOperator((data.size, data.size), normal, dtype=np.float32)
    if data.size > 1:
        largest = eigsh(square, k=1, tol=5e-3, v0=ones, return_eigenvectors=False)[0]
    else:
        largest = normal(ones)[0]
    return gain / np.sqrt(1.02 * largest)

"""Rows and columns of G count by one over their sums."""

from typing import Any

import numpy as np


def inverse_sums(A: Any) -> tuple[np.ndarray, np.ndarray]:
    """One over the sums of the rows and of the columns; 0 where no ray meets a pixel."""
    inverses = []
    for sums in (A @ np.ones(A.dims, np.float32), A.H @ np.ones(A.dimsd, np.float32)):
        met = sums > 1e-6 * sums.max()
        inverses.append(np.divide(1, sums, out=np.zeros_like(sums), where=met))
    return inverses[0], inverses[1]

"""The Jacobian of y = Gx is G: all of it by autograd, beside the matrix itself.

Row i of the Jacobian is one backward pass with v = eᵢ: the weights of ray i, an image. Column j
of the matrix is one forward pass with x = eⱼ: what a single bright pixel does to the data.
"""

import math
from typing import Any

import numpy as np
import pylops
import torch
from numpy.typing import NDArray
from pylops.medical import CT2D

SIZE = 16
ANGLES = 12
LIMIT = 200e6  # bytes

Array = NDArray[np.floating[Any]]


def jacobian(operator: Any, limit: float = LIMIT) -> Array:
    """∂yᵢ/∂xⱼ (data, pixels), a row for each backward pass; ValueError if above `limit` bytes."""
    data, pixels = math.prod(operator.dimsd), math.prod(operator.dims)
    needed = data * pixels * np.dtype(operator.dtype).itemsize
    if needed > limit:
        raise ValueError(
            f"A Jacobian of {data} × {pixels} numbers would need {needed / 1e6:.0f} MB; "
            f"the limit is {limit / 1e6:.0f} MB. Take a smaller image or fewer angles."
        )
    x = torch.from_numpy(np.zeros(operator.dims, operator.dtype))
    rows: Array = torch.autograd.functional.jacobian(
        pylops.TorchOperator(operator).apply, x
    ).numpy()
    return rows.reshape(data, pixels)


def matrix(operator: Any) -> Array:
    """G as a dense matrix (data, pixels), a column for each forward pass."""
    columns = np.empty(operator.shape, operator.dtype)
    unit = np.zeros(operator.shape[1], operator.dtype)
    for pixel in range(len(unit)):
        unit[pixel] = 1
        columns[:, pixel] = operator.matvec(unit)
        unit[pixel] = 0
    return columns


def main() -> None:
    """Compare the two for a small scan."""
    angles = np.arange(ANGLES) * np.pi / ANGLES
    operator = CT2D((SIZE, SIZE), 1.0, SIZE, angles, engine="cpu")
    J, G = jacobian(operator), matrix(operator)
    print(f"{G.shape[0]} × {G.shape[1]}, largest difference {abs(J - G).max() / abs(G).max():.1e}")
    ray, pixel = G.shape[0] // 2, G.shape[1] // 2
    print(f"ray {ray}: the weights of {np.count_nonzero(J[ray])} pixels, an image {operator.dims}")
    print(f"pixel {pixel}: seen by {np.count_nonzero(G[:, pixel])} rays, data {operator.dimsd}")


if __name__ == "__main__":
    main()

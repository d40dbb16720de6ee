"""Regularising operators: PyLops' definitions, written so that they cost less than G itself.

`pylops.Laplacian` takes 1.2 ms for a forward and an adjoint at 320², about a quarter of the
projector's own time; the stencils here take 0.2 ms. The tests hold them to PyLops'.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import pylops
from numba import njit
from scipy.ndimage import uniform_filter

from core.array_types import Float32Array, Image, Vector
from core.methods.priors.base import Size, dims_of
from core.methods.priors.differences import Differences


class Laplacian(pylops.LinearOperator):
    """weight · (∂ₓ² + ∂_z²) of an image (size, size), as `pylops.Laplacian(edge=True)`.

    At an edge the second difference of its inner neighbour stands in: curvature is carried
    outwards, and an image that is linear near the edge costs nothing there.
    """

    def __init__(self, size: int, weight: float = 1.0) -> None:
        super().__init__(dtype=np.float32, dims=(size, size), dimsd=(size, size), name="L")
        self.weight = np.float32(weight)

    def _matvec(self, x: Vector) -> Vector:
        return self._apply(_laplacian, x)

    def _rmatvec(self, x: Vector) -> Vector:
        return self._apply(_laplacian_adjoint, x)

    def _apply(self, kernel: Any, x: Vector) -> Float32Array:
        # Numba compiles anew for read-only arrays; a copy of one is far cheaper.
        image = np.require(x.reshape(self.dims), np.float32, ["C", "W"])
        result = np.empty(self.dims, np.float32)
        kernel(image, self.weight, result)
        return result.ravel()


@njit(nogil=True, cache=True)
def _laplacian(image: Any, weight: Any, result: Any) -> None:
    rows, columns = image.shape
    two = np.float32(2)
    for i in range(rows):
        c = min(max(i, 1), rows - 2)
        above, here, below, line = image[c - 1], image[c], image[c + 1], image[i]
        out = result[i]
        for j in range(1, columns - 1):
            vertical = above[j] - two * here[j] + below[j]
            out[j] = weight * (vertical + line[j - 1] - two * line[j] + line[j + 1])
        for j, k in ((0, 1), (columns - 1, columns - 2)):
            vertical = above[j] - two * here[j] + below[j]
            out[j] = weight * (vertical + line[k - 1] - two * line[k] + line[k + 1])


@njit(nogil=True, cache=True)
def _laplacian_adjoint(image: Any, weight: Any, result: Any) -> None:
    # A second difference that stands in at the edge is one of the inner ones once more. So the
    # adjoint adds the edge's values to their inner neighbours and takes second differences of
    # what is inside, with zeros around it.
    rows, columns = image.shape
    two = np.float32(2)
    folded = np.zeros(columns + 2, np.float32)
    for i in range(rows):
        line, out = image[i], result[i]
        folded[2:columns] = line[1:-1]
        folded[2] += line[0]
        folded[columns - 1] += line[columns - 1]
        for j in range(columns):
            out[j] = weight * (folded[j] - two * folded[j + 1] + folded[j + 2])
        for k in range(max(i - 1, 1), min(i + 1, rows - 2) + 1):
            factor = weight if k != i else -two * weight
            _add(out, factor, image[k])
            if k == 1:
                _add(out, factor, image[0])
            if k == rows - 2:
                _add(out, factor, image[rows - 1])


@njit(nogil=True, cache=True)
def _add(out: Any, factor: Any, line: Any) -> None:
    for j in range(len(out)):
        out[j] += factor * line[j]


class Smoothing(pylops.LinearOperator):
    """The mean over a square of (2·radius + 1)² pixels, zeros outside; its own adjoint.

    Of a volume it is the mean over a cube. The same as `pylops.Smoothing2D`, which goes through an
    FFT.
    """

    def __init__(self, size: Size, radius: int) -> None:
        dims = dims_of(size)
        super().__init__(dtype=np.float32, dims=dims, dimsd=dims, name="P")
        self.width = 2 * radius + 1

    def _matvec(self, x: Vector) -> Vector:
        image: Image = uniform_filter(x.reshape(self.dims), self.width, mode="constant")
        return image.ravel()

    def _rmatvec(self, x: Vector) -> Vector:
        return self._matvec(x)


REGULARISERS = ("laplacian", "gradient", "identity")


def regularisers(kind: str, size: Size, weight: float) -> tuple[pylops.LinearOperator, ...]:
    """The operators weight · R, `kind` being one of `REGULARISERS`, in two or three dimensions."""
    dims = dims_of(size)
    axes = len(dims)
    if kind == "laplacian" and axes == 2:
        return (Laplacian(dims[0], weight),)
    if kind == "laplacian":
        laplacian = pylops.Laplacian(
            dims,
            axes=range(axes),
            weights=[weight] * axes,
            sampling=[1.0] * axes,
            edge=True,
            dtype=np.float32,
        )
        return (laplacian,)
    if kind == "gradient":
        return (Differences(dims, [weight] * axes),)
    return (np.float32(weight) * pylops.Identity(prod(dims), dtype=np.float32),)


def half_squares(operators: Sequence[pylops.LinearOperator], image: Image) -> float:
    """½ Σ ‖R m‖² over the operators R."""
    flat = np.ravel(image)
    return 0.5 * sum(float(np.vdot(row, row)) for row in (op.matvec(flat) for op in operators))

"""The gradient of an image as a PyLops operator, in compiled float32 loops."""

import numpy as np
import pylops

from core.methods.priors import tv_kernels
from core.methods.priors.base import Array


class Differences(pylops.LinearOperator):
    """∇: an image (size, size) to its differences (2, size, size), down and to the right.

    The same as `pylops.Gradient(kind="forward", edge=False)`, which takes ten times as long.
    ‖∇‖² is below 8.
    """

    norm_squared = 8.0

    def __init__(self, size: int) -> None:
        super().__init__(dtype=np.float32, dims=(size, size), dimsd=(2, size, size), name="D")

    def _matvec(self, x: Array) -> Array:
        field = np.empty(self.dimsd, x.dtype)
        tv_kernels.gradient(x.reshape(self.dims), field)
        return field.ravel()

    def _rmatvec(self, x: Array) -> Array:
        image = np.empty(self.dims, x.dtype)
        tv_kernels.gradient_adjoint(x.reshape(self.dimsd), image)
        return image.ravel()

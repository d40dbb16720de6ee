"""The gradient of an image as a PyLops operator, in compiled float32 loops."""

import numpy as np
import pylops

from core.array_types import AnyArray
from core.methods.priors import tv_kernels


class Differences(pylops.LinearOperator):
    """∇: an image (size, size) to its differences (2, size, size), down and to the right.

    The same as `pylops.Gradient(kind="forward", edge=False)`, which takes ten times as long.
    ‖∇‖² is below 8. With `weights` (down, right) the differences are multiplied by them.
    """

    norm_squared = 8.0

    def __init__(self, size: int, weights: tuple[float, float] = (1.0, 1.0)) -> None:
        super().__init__(dtype=np.float32, dims=(size, size), dimsd=(2, size, size), name="D")
        self._weighted = weights != (1.0, 1.0)
        self._weights = np.array(weights, np.float32).reshape(2, 1, 1)

    def _matvec(self, x: AnyArray) -> AnyArray:
        field = np.empty(self.dimsd, x.dtype)
        tv_kernels.gradient(x.reshape(self.dims), field)
        if self._weighted:
            field *= self._weights
        return field.ravel()

    def _rmatvec(self, x: AnyArray) -> AnyArray:
        image = np.empty(self.dims, x.dtype)
        field = x.reshape(self.dimsd)
        if self._weighted:
            field = (self._weights * field).astype(x.dtype, copy=False)
        tv_kernels.gradient_adjoint(field, image)
        return image.ravel()

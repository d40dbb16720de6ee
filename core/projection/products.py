"""An operator and its adjoint on arrays with leading dimensions, and as an operation of PyTorch."""

import itertools
import threading
from functools import cache, cached_property
from math import prod
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import scipy.sparse

from core.array_types import FloatArray
from core.errors import InputError
from core.projection.projector import Projector

DOUBLE_LIMIT = 600e6
"""The largest matrix, in bytes, that is built to apply a projector in float64."""

_KEYS = itertools.count()
_PRODUCTS: "WeakValueDictionary[int, Products]" = WeakValueDictionary()
"""The operators in use, by the key under which PyTorch's dispatcher is given them."""


class Products:
    """An operator and its adjoint on C-contiguous arrays with any leading dimensions.

    A `Projector` works in float32. In float64 its matrix is applied instead, made on first use:
    the same weights, summed in double precision, which is what a gradient check needs.
    """

    def __init__(self, operator: Any) -> None:
        self.key = next(_KEYS)
        _PRODUCTS[self.key] = self
        self.operator = operator
        self.dims = tuple(int(n) for n in operator.dims)
        self.dimsd = tuple(int(n) for n in operator.dimsd)

    def __reduce__(self) -> tuple[Any, ...]:
        return Products, (self.operator,)

    @property
    def double(self) -> bool:
        """Whether float64 tensors can be served in full precision."""
        return isinstance(self.operator, Projector) or self.operator.dtype == np.float64

    @cached_property
    def _matrix(self) -> scipy.sparse.csr_array:
        beam = self.operator.beam
        # A pixel seen along a ray is 4/π pixels wide on average and touches one detector more.
        touched = 4 / np.pi / beam.detector_width * getattr(beam, "magnification", 1.0) + 1
        needed = 12 * touched * prod(self.dims) * self.dimsd[0]
        if needed > DOUBLE_LIMIT:
            raise InputError(
                f"In float64 the projector is applied as a matrix, which for this scan would take "
                f"about {needed / 1e6:.0f} MB; the limit is {DOUBLE_LIMIT / 1e6:.0f} MB. "
                f"Give float32 tensors, or make the image smaller or the angles fewer."
            )
        return self.operator.matrix().astype(np.float64)

    def shapes(self, *, transposed: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The last dimensions that G, or Gᵀ, takes, and those that it returns."""
        return (self.dimsd, self.dims) if transposed else (self.dims, self.dimsd)

    def apply(self, array: FloatArray, *, transposed: bool) -> FloatArray:
        """Return G·array, or Gᵀ·array, in a fresh array of the dtype of `array`."""
        before, after = self.shapes(transposed=transposed)
        shape = array.shape[: array.ndim - len(before)] + after
        if array.size == 0:
            return np.zeros(shape, array.dtype)
        if isinstance(self.operator, Projector):
            if array.dtype == np.float32:
                project = self.operator.back_project if transposed else self.operator.project
                return project(array)
            matrix = self._matrix.T if transposed else self._matrix
            rows = (matrix @ array.reshape(-1, prod(before)).T).T
        else:
            product = self.operator.rmatvec if transposed else self.operator.matvec
            flat = array.reshape(-1, prod(before))
            rows = product(flat[0]) if len(flat) == 1 else np.stack([product(row) for row in flat])
        result = np.ascontiguousarray(rows, array.dtype)
        # Some operators, the identity for one, hand their input back.
        if np.may_share_memory(result, array):
            result = result.copy()
        return result.reshape(shape)


_making = threading.Lock()


def torch_product() -> Any:
    """G·x or Gᵀ·x as an operation of PyTorch's dispatcher, made on first use as torch is.

    The dispatcher takes care of those who call with stand-ins for tensors: a batch of gradients
    (`is_grads_batched`, `vectorize=True`) comes apart, and tracers see the shape alone.
    """
    with _making:  # two threads that come first would register it twice, which PyTorch refuses
        return _torch_product()


@cache
def _torch_product() -> Any:
    import torch

    @torch.library.custom_op("inverse_problems::product", mutates_args=())
    def product(x: torch.Tensor, key: int, transposed: bool) -> torch.Tensor:
        # On the CPU nothing is copied, unless x has gaps or is a broadcast gradient.
        array = np.ascontiguousarray(x.numpy(force=True))
        result = torch.from_numpy(_PRODUCTS[key].apply(array, transposed=transposed))
        return result if x.is_cpu else result.to(x.device)

    @product.register_fake
    def _(x: torch.Tensor, key: int, transposed: bool) -> torch.Tensor:
        before, after = _PRODUCTS[key].shapes(transposed=transposed)
        return x.new_empty(x.shape[: x.ndim - len(before)] + after)

    return product

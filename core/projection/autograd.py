"""The projector inside PyTorch: a linear map whose gradient is its adjoint.

For `y = G x` the Jacobian is G itself, and backpropagation multiplies by Jacobians from the
left: all it asks for is `vᵀ G`, that is `Gᵀ v`. That gradient is linear in v, with Gᵀ as its
Jacobian, so the same rule serves it in turn and the function can be differentiated any number of
times. Nothing is kept on the tape, since the derivative of a linear map depends on no input.

`pylops.TorchOperator` does the same for a first derivative only: its gradient is computed outside
the tape, and a second `backward` finds nothing to follow.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pylops

from core.errors import InputError
from core.projection.products import Products, torch_product

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class _Direction:
    """G, or its adjoint, of one operator."""

    products: Products
    transposed: bool

    @property
    def flipped(self) -> "_Direction":
        return _Direction(self.products, not self.transposed)

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The last dimensions taken, and those returned."""
        return self.products.shapes(transposed=self.transposed)

    def apply(self, x: "torch.Tensor") -> "torch.Tensor":
        result: torch.Tensor = torch_product()(x, self.products.key, self.transposed)
        return result

    def check(self, x: "torch.Tensor") -> None:
        """Raise `InputError` unless this direction takes x."""
        import torch

        if not isinstance(x, torch.Tensor):
            raise InputError(
                f"The bridge takes a torch tensor, not {type(x).__name__}; "
                f"torch.from_numpy makes one of a NumPy array."
            )
        if x.is_nested or x.layout != torch.strided:
            kind = "a nested one" if x.is_nested else f"one of layout {x.layout}"
            way = "torch.nested.to_padded_tensor" if x.is_nested else "x.to_dense()"
            raise InputError(f"The bridge takes a dense tensor, not {kind}; {way} makes one.")
        wanted = self.shapes[0]
        if tuple(x.shape[-len(wanted) :]) != wanted:
            raise InputError(
                f"{'Gᵀ' if self.transposed else 'G'} takes tensors whose last dimensions are "
                f"{wanted}, not a tensor of shape {tuple(x.shape)}."
            )
        if x.dtype not in (torch.float32, torch.float64):
            raise InputError(f"The bridge takes float32 or float64 tensors, not {x.dtype}.")
        if x.dtype == torch.float64 and not self.products.double:
            raise InputError(
                f"This operator computes in {self.products.operator.dtype}, and the tensor is "
                f"torch.float64: convert the tensor, or make the operator with dtype float64."
            )
        if x.device.type not in ("cpu", "cuda"):
            raise InputError(
                f"The bridge takes tensors on the CPU or a CUDA device, not on {x.device}."
            )


@cache
def _linear_functions() -> tuple[Any, Any]:
    """Two `torch.autograd.Function`s, made on first use so that torch is not imported before.

    They differ in how PyTorch calls them: `torch.func` needs the second form, which takes a
    tenth longer on a large scan, because PyTorch then inspects the signature on every call.
    """
    import torch

    class Linear(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor, direction: _Direction) -> torch.Tensor:
            ctx.direction = direction
            return direction.apply(x)

        @staticmethod
        def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[Any, None]:
            gradient = gradients[0]
            dense = gradient if gradient.layout == torch.strided else gradient.to_dense()
            return _apply(dense, ctx.direction.flipped), None

        @staticmethod
        def jvp(ctx: Any, *tangents: Any) -> Any:
            return _apply(tangents[0], ctx.direction)

    class Transformable(Linear):
        @staticmethod
        def forward(x: torch.Tensor, direction: _Direction) -> torch.Tensor:  # type: ignore[override]
            return direction.apply(x)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: torch.Tensor) -> None:
            ctx.direction = inputs[1]

        @staticmethod
        def vmap(
            info: Any, in_dims: tuple[int | None, None], x: torch.Tensor, direction: _Direction
        ) -> tuple[Any, int]:
            return _apply(x.movedim(in_dims[0] or 0, 0), direction), 0

    return Linear, Transformable


def _apply(x: "torch.Tensor", direction: _Direction) -> "torch.Tensor":
    import torch

    plain, transformable = _linear_functions()
    transforming = torch._C._are_functorch_transforms_active()  # PyTorch has no public name for it
    result: torch.Tensor = (transformable if transforming else plain).apply(x, direction)
    return result


class Bridge:
    """A linear operator G as a differentiable function of PyTorch tensors.

    `G(x)` takes (..., *dims) and returns (..., *dimsd) with the dtype and on the device of x;
    `G.adjoint(y)` goes back, and both are differentiable any number of times, in reverse and
    forward mode and under `torch.func`. On a CUDA device the tensor travels to the CPU and back.
    Calls hold no state, so threads may share a bridge wherever they may share its operator.
    """

    def __init__(self, direction: _Direction) -> None:
        self._direction = direction

    def __call__(self, x: "torch.Tensor") -> "torch.Tensor":
        """Apply to x; raise `InputError` for a wrong shape, dtype or device."""
        self._direction.check(x)
        return _apply(x, self._direction)

    @property
    def adjoint(self) -> "Bridge":
        """Gᵀ, as a bridge in its own right."""
        return Bridge(self._direction.flipped)

    @property
    def dims(self) -> tuple[int, ...]:
        """The last dimensions of what it takes."""
        return self._direction.shapes[0]

    @property
    def dimsd(self) -> tuple[int, ...]:
        """The last dimensions of what it returns."""
        return self._direction.shapes[1]


def bridge(operator: Any) -> Bridge:
    """Return a `pylops.LinearOperator`, the `Projector` among them, as a PyTorch function.

    Raises `InputError` when `operator` is no PyLops operator or is not real.
    """
    if not isinstance(operator, pylops.LinearOperator):
        raise InputError(f"The bridge takes a PyLops operator, not {type(operator).__name__}.")
    if np.dtype(operator.dtype).kind != "f":
        raise InputError(
            f"The bridge takes real operators of float32 or float64, not {operator.dtype}."
        )
    return Bridge(_Direction(Products(operator), transposed=False))

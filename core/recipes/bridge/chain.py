"""y = f₃(f₂(f₁(x))) with f₃ = G: two ways to take a linear operator into PyTorch.

Backpropagation needs vᵀ J₃ J₂ J₁, one factor at a time from the left, and J₃ is G. Either G is
*written* in PyTorch's own operations, which know their derivatives, or PyTorch is *given* its
Jacobian: Gx on the way forward, Gᵀv on the way back. The gradient is the same; time and memory
are not.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import astra
import numpy as np
import pylops
import scipy.sparse
import torch
from numpy.typing import NDArray
from pylops.medical import CT2D

OPERATOR = "scan"  # or "derivative"
SIZE = 64
ANGLES = 41
REPEATS = 3

Array = NDArray[np.float32]
Function = Callable[[torch.Tensor], torch.Tensor]


class WithAdjoint(torch.autograd.Function):
    """A linear map by its two directions, there and back."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, there: Any, back: Any) -> torch.Tensor:
        """Return G x."""
        ctx.directions = back, there
        return torch.from_numpy(there(x.detach().numpy()))

    @staticmethod
    def backward(ctx: Any, *v: torch.Tensor) -> tuple[Any, None, None]:
        """Return Gᵀ v, again by `WithAdjoint`: so it can be differentiated in turn."""
        return WithAdjoint.apply(v[0].contiguous(), *ctx.directions), None, None


def with_adjoint(operator: Any) -> Function:
    """Any PyLops operator: y = Gx, and vᵀG is Gᵀv."""
    return lambda x: WithAdjoint.apply(x, lambda x: operator @ x, lambda v: operator.H @ v)


def written_derivative(x: torch.Tensor) -> torch.Tensor:
    """The central difference down the rows as a convolution, zero on the two outer rows."""
    kernel = torch.tensor([-0.5, 0.0, 0.5], dtype=x.dtype).reshape(1, 1, 3, 1)
    inner = torch.nn.functional.conv2d(x[None, None], kernel)[0, 0]
    return torch.nn.functional.pad(inner, (0, 0, 1, 1))


def written_scan(matrix: scipy.sparse.csr_array, dimsd: tuple[int, ...]) -> Function:
    """The scan as a sparse tensor: one row per ray."""
    matrix = matrix.copy()
    matrix.eliminate_zeros()
    matrix.sum_duplicates()  # PyTorch wants the columns of a row in order
    table = torch.sparse_csr_tensor(
        torch.from_numpy(matrix.indptr.astype(np.int32)),
        torch.from_numpy(matrix.indices.astype(np.int32)),
        torch.from_numpy(matrix.data),
        size=matrix.shape,
        check_invariants=True,
    )
    return lambda x: (table @ x.ravel()).reshape(dimsd)


def f1(x: torch.Tensor) -> torch.Tensor:
    """Weight every pixel: brighter towards the bottom."""
    return x * torch.linspace(0.5, 1.5, len(x), dtype=x.dtype)[:, None]


def f2(x: torch.Tensor) -> torch.Tensor:
    """Make it an attenuation, which is never negative."""
    return torch.nn.functional.softplus(x)


def walk(f3: Function, x: torch.Tensor) -> tuple[list[Array], list[Array]]:
    """Go forward from x to y, and back from v = y, the gradient of ½‖y‖² by y.

    Returns x, f₁(x), f₂(f₁(x)), y; then v, J₃ᵀv, J₂ᵀJ₃ᵀv and the gradient by x.
    """
    values = [x.detach().requires_grad_()]
    for function in (f1, f2, f3):
        values.append(function(values[-1]))
    v = values[-1].detach()
    products = torch.autograd.grad(values[-1], values[::-1], v)
    return [value.detach().numpy() for value in values], [p.numpy() for p in products]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One route: medians of the times, bytes kept for the way back by f₁, f₂ and f₃, ∂(vᵀy)/∂x."""

    forward_seconds: float
    backward_seconds: float
    tape_bytes: tuple[int, int, int]
    gradient: Array


def tape_bytes(function: Function, x: torch.Tensor) -> int:
    """How much `function` keeps on the tape: what its gradient will ask for."""
    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        dense = [tensor]
        if tensor.layout is torch.sparse_csr:
            dense = [tensor.crow_indices(), tensor.col_indices(), tensor.values()]
        kept.update({part.data_ptr(): part.nbytes for part in dense})
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        function(x.detach().requires_grad_())
    return sum(kept.values())


def measure(f3: Function, x: torch.Tensor, v: torch.Tensor, repeats: int) -> Measured:
    """Time and weigh y = f₃(f₂(f₁(x))) and its way back from v."""
    times = []
    for _ in range(repeats):
        x = x.detach().requires_grad_()
        started = time.perf_counter()
        y = f3(f2(f1(x)))
        turned = time.perf_counter()
        (gradient,) = torch.autograd.grad(y, x, v)
        times.append((turned - started, time.perf_counter() - turned))
    forward, backward = np.median(times, axis=0)
    return Measured(
        forward_seconds=float(forward),
        backward_seconds=float(backward),
        tape_bytes=(tape_bytes(f1, x), tape_bytes(f2, f1(x)), tape_bytes(f3, f2(f1(x)))),
        gradient=gradient.numpy(),
    )


def two_routes(operator: Any, written: Function, repeats: int) -> tuple[Measured, Measured]:
    """Measure G written in PyTorch's operations, then G with its Jacobian given."""
    random = torch.Generator().manual_seed(0)
    x = torch.randn(operator.dims, generator=random)
    v = torch.randn(operator.dimsd, generator=random)
    return measure(written, x, v, repeats), measure(with_adjoint(operator), x, v, repeats)


def main() -> None:
    """Compare the two routes for the operator and the size above."""
    if OPERATOR == "derivative":
        operator = pylops.FirstDerivative((SIZE, SIZE), axis=0, dtype="float32")
        written: Function = written_derivative
    else:
        angles = np.arange(ANGLES) * np.pi / ANGLES
        operator = CT2D((SIZE, SIZE), 2.0, SIZE // 2, angles, engine="cpu")
        exported = astra.matrix.get(astra.projector.matrix(operator.projector_id))
        written = written_scan(scipy.sparse.csr_array(exported, dtype=np.float32), operator.dimsd)
    routes = two_routes(operator, written, REPEATS)
    for name, route in zip(("written", "given"), routes, strict=True):
        print(
            f"{name:8} forward {1e3 * route.forward_seconds:8.2f} ms, "
            f"backward {1e3 * route.backward_seconds:8.2f} ms, "
            f"tape of f₁, f₂, G: {', '.join(f'{n / 1e6:.3f}' for n in route.tape_bytes)} MB"
        )
    first, second = (route.gradient for route in routes)
    difference = abs(first - second).max() / abs(first).max()
    print(f"largest difference of the gradients: {difference:.1e}")


if __name__ == "__main__":
    main()

"""Four ways to check a gradient: the dot test, PyTorch's two checks, and finite differences.

A linear map needs the dot test only, ⟨Gx, v⟩ = ⟨x, Gᵀv⟩. A function of it, here
F(m) = ½‖exp(−s Gm) − I‖², is checked along a direction p: (F(m + hp) − F(m)) / h should be
⟨∇F, p⟩. A large h pays for the curvature, a small one for the rounding: the error is a V.
"""

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

SIZE = 12
ANGLES = 9
SEED = 0

Array = NDArray[np.floating[Any]]
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


def in_double(matrix: Any, dims: tuple[int, ...], dimsd: tuple[int, ...]) -> Any:
    """The operator of a sparse matrix in float64: projectors themselves compute in float32."""
    operator = pylops.MatrixMult(scipy.sparse.csr_array(matrix, dtype=np.float64))
    operator.dims, operator.dimsd = dims, dimsd
    return operator


@dataclass(frozen=True, kw_only=True)
class DotTest:
    """⟨Gx, v⟩, ⟨x, Gᵀv⟩, and their difference over ‖Gx‖‖v‖."""

    left: float
    right: float
    error: float


def dot_test(operator: Any, seed: int) -> DotTest:
    """Compare both sides for random x and v with signs, summed in float64."""
    random = np.random.default_rng(seed)
    x = random.standard_normal(operator.dims).astype(operator.dtype)
    v = random.standard_normal(operator.dimsd).astype(operator.dtype)
    y = np.float64(operator @ x)
    left = float(np.vdot(y, v))
    right = float(np.vdot(x, np.float64(operator.H @ v)))
    norms = np.linalg.norm(y) * np.linalg.norm(v)
    return DotTest(left=left, right=right, error=abs(left - right) / float(norms))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a check passed, and PyTorch's words if it did not."""

    passed: bool
    words: str


def verdict(check: Callable[[], Any]) -> Verdict:
    """Run one check and keep the first line of what PyTorch says."""
    try:
        check()
    except RuntimeError as error:
        return Verdict(passed=False, words=str(error).strip().splitlines()[0])
    return Verdict(passed=True, words="")


def torch_checks(function: Function, dims: tuple[int, ...], seed: int) -> tuple[Verdict, Verdict]:
    """`gradcheck` and `gradgradcheck` at a random x in float64."""
    x = torch.randn(dims, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    x.requires_grad_()
    return (
        verdict(lambda: torch.autograd.gradcheck(function, x)),
        verdict(lambda: torch.autograd.gradgradcheck(function, x)),
    )


def twice(function: Function, dims: tuple[int, ...]) -> Verdict:
    """Differentiate ‖∇(½‖Gx‖²)‖², as a gradient inside a network would be."""
    x = torch.ones(dims, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(0.5 * function(x).square().sum(), x, create_graph=True)
    return verdict(lambda: gradient.square().sum().backward())


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Relative errors of the one-sided and the central difference for each step h."""

    steps: Array
    one_sided: Array
    central: Array


def finite_differences(operator: Any, image: Array, steps: Array, seed: int) -> Differences:
    """Compare ⟨∇F, p⟩ by autograd with difference quotients, in the dtype of `operator`."""
    G, dtype = with_adjoint(operator), operator.dtype
    m = torch.from_numpy(image.astype(dtype)).requires_grad_()
    p = np.random.default_rng(seed).standard_normal(image.shape)
    direction = torch.from_numpy((p / np.linalg.norm(p)).astype(dtype))
    thickest = G(m).detach().abs().max()  # it loses 1 − e⁻² of its photons
    scale = 2 / thickest if thickest > 0 else 1.0

    def misfit(m: torch.Tensor) -> torch.Tensor:
        return 0.5 * (torch.exp(-scale * G(m)) - 0.5).square().sum()

    (gradient,) = torch.autograd.grad(misfit(m), m)
    slope = float((gradient * direction).sum(dtype=torch.float64))
    with torch.no_grad():
        here = misfit(m).item()
        ahead = np.array([misfit(m + h * direction).item() for h in steps])
        behind = np.array([misfit(m - h * direction).item() for h in steps])
    return Differences(
        steps=steps,
        one_sided=abs((ahead - here) / steps - slope) / abs(slope),
        central=abs((ahead - behind) / (2 * steps) - slope) / abs(slope),
    )


def main() -> None:
    """Check a small scan in every way."""
    angles = np.arange(ANGLES) * np.pi / ANGLES
    single = CT2D((SIZE, SIZE), 1.0, SIZE, angles, engine="cpu")
    exported = astra.matrix.get(astra.projector.matrix(single.projector_id))
    double = in_double(exported, single.dims, single.dimsd)

    for name, operator in (("float32", single), ("float64", double)):
        test = dot_test(operator, SEED)
        print(f"dot test, {name}: {test.left:.9f} and {test.right:.9f}, {test.error:.1e} apart")
    bridges = {"TorchOperator": pylops.TorchOperator(double).apply, "ours": with_adjoint(double)}
    for name, function in bridges.items():
        once, again = torch_checks(function, double.dims, SEED)
        print(f"{name}: gradcheck {once.passed}; gradgradcheck {again.passed} {again.words}")
        print(f"{name}, differentiated twice: {twice(function, double.dims)}")

    image = np.random.default_rng(SEED).random(double.dims)
    curve = finite_differences(double, image, np.logspace(0, -14, 8), SEED)
    for row in zip(curve.steps, curve.one_sided, curve.central, strict=True):
        print("h = {:.0e}: one-sided {:.1e}, central {:.1e}".format(*row))


if __name__ == "__main__":
    main()

"""The gradient of y = Gx is Gᵀv: PyLops' own bridge, tried on several operators.

`y.backward(v)` asks PyTorch for Jᵀv. PyTorch has never seen G; PyLops' TorchOperator answers with
the operator's adjoint. Whether that adjoint is the transpose of the forward map is another
question, answered here without it: entry j of Gᵀv is ⟨G eⱼ, v⟩.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pylops
import torch
from numpy.typing import NDArray
from pylops.medical import CT2D
from pylops.signalprocessing import DWT2D, Convolve2D

OPERATOR = "first derivative"
V = "ones"
SIZE = 32
ANGLES = 24

Array = NDArray[np.floating[Any]]


def operators(size: int) -> dict[str, Any]:
    """The operators to choose from, for images (size, size)."""
    dims = (size, size)
    bell = np.exp(-(np.linspace(-2, 2, 7) ** 2) / 2)
    kernel = np.outer(bell, bell) / bell.sum() ** 2
    return {
        "first derivative": pylops.FirstDerivative(dims=dims),
        "second derivative": pylops.SecondDerivative(dims=dims),
        "gradient": pylops.Gradient(dims=dims),
        "blur": Convolve2D(dims, h=kernel, offset=(3, 3)),
        "wavelet": DWT2D(dims, wavelet="db2", level=2),
    }


def vectors(shape: tuple[int, ...]) -> dict[str, Array]:
    """The vectors v to choose from, in the shape of the operator's result."""
    one = np.zeros(shape)
    one[tuple(n // 2 for n in shape)] = 1
    parity = np.indices(shape).sum(axis=0) % 2
    return {
        "ones": np.ones(shape),
        "a single one": one,
        "a checkerboard": 1.0 - 2.0 * parity,
        "random": np.random.default_rng(0).standard_normal(shape),
    }


@dataclass(frozen=True, kw_only=True)
class Demo:
    """y = Gx; Jᵀv by PyTorch, Gᵀv by PyLops, and ⟨G eⱼ, v⟩ for every j, which uses G alone."""

    y: Array
    jtv: Array
    adjoint: Array
    transposed: Array
    equal: bool


def demo(operator: Any, x: Array, v: Array) -> Demo:
    """Run forward and backward with v, and compare."""
    xt: Any = torch.from_numpy(x.astype(operator.dtype)).requires_grad_()
    vt = torch.from_numpy(v.astype(operator.dtype))

    y = pylops.TorchOperator(operator).apply(xt)
    y.backward(vt)
    jtv = xt.grad.numpy()

    adjoint = operator.H @ vt.numpy()
    units = np.eye(x.size, dtype=operator.dtype)
    transposed = np.array([np.vdot(operator @ unit, vt.numpy()) for unit in units])
    return Demo(
        y=y.detach().numpy(),
        jtv=jtv,
        adjoint=adjoint,
        transposed=transposed.reshape(x.shape),
        equal=bool(np.allclose(jtv, adjoint)),
    )


def main() -> None:
    """Run the demo for the operator and the v above."""
    if OPERATOR == "scan":
        angles = np.arange(ANGLES) * np.pi / ANGLES
        operator = CT2D((SIZE, SIZE), 1.0, SIZE, angles, engine="cpu")
    else:
        operator = operators(SIZE)[OPERATOR]
    x = np.random.default_rng(1).standard_normal(operator.dims)
    result = demo(operator, x, vectors(operator.dimsd)[V])
    print("np.allclose(jtv, Gᵀv):", result.equal)
    print(f"largest |jtv − ⟨G eⱼ, v⟩|: {abs(result.jtv - result.transposed).max():.1e}")


if __name__ == "__main__":
    main()

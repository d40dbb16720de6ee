"""Adjoints that are wrong in ways that happen, and what gradient descent makes of them.

PyTorch uses the adjoint that it is given. With B in place of Gᵀ, descent on ½‖Gm − d‖² becomes
m ← m − τ B(Gm − d): it ends where B(Gm − d) = 0, which is another image, or nowhere if BG has an
eigenvalue with a negative real part, or one so large that τ is too long a step
(Elfving and Hansen 2018, doi:10.1137/17M1133828).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pylops
import torch
from numpy.typing import NDArray
from pylops.medical import CT2D

ADJOINT = "angles reversed"
SIZE = 64
ANGLES = 41
DETECTOR_WIDTH = 2.0
OTHER = "linear"
FACTOR = 4.0
STEP = 0.99  # times 1/‖G‖²
ITERATIONS = 100

Array = NDArray[np.floating[Any]]


class Pair(pylops.LinearOperator):
    """G forward, and another map B where its adjoint should be."""

    def __init__(self, forward: Any, backward: Any) -> None:
        super().__init__(dtype=forward.dtype, dims=forward.dims, dimsd=forward.dimsd)
        self.forward, self.backward = forward, backward

    def _matvec(self, x: Array) -> Array:
        result: Array = self.forward.matvec(x)
        return result.astype(self.dtype, copy=False)

    def _rmatvec(self, x: Array) -> Array:
        result: Array = self.backward.matvec(x)
        return result.astype(self.dtype, copy=False)


class Ramp(pylops.LinearOperator):
    """The ramp filter of filtered back-projection along the detectors (Ram–Lak, symmetric)."""

    def __init__(self, dimsd: tuple[int, ...], dtype: Any) -> None:
        super().__init__(dtype=np.dtype(dtype), dims=dimsd, dimsd=dimsd)
        self.length = 2 * dimsd[-1]
        distance = np.minimum(np.arange(self.length), np.arange(self.length, 0, -1))
        taps = np.zeros(self.length)
        taps[0] = 1 / 4
        taps[1::2] = -1 / (np.pi * distance[1::2]) ** 2
        self.response = np.fft.rfft(taps).real

    def _matvec(self, x: Array) -> Array:
        rows = np.fft.rfft(x.reshape(self.dims), self.length)
        filtered = np.fft.irfft(rows * self.response, self.length)[:, : self.dims[-1]]
        return filtered.astype(self.dtype).ravel()

    _rmatvec = _matvec


def filtered_back_projection(operator: Any, detector_width: float) -> Any:
    """FBP for parallel rays over a half or a full turn, as an operator from data to images."""
    ramp = Ramp(operator.dimsd, operator.dtype)
    views = operator.dimsd[0]
    rows, columns = operator.dims
    # What one view gives back to the central pixel for data of ones.
    weights = operator.H @ np.ones(operator.dimsd, operator.dtype)
    share = detector_width * float(weights[rows // 2, columns // 2]) / views
    return (np.pi / (views * share**2)) * (operator.H @ ramp)


def adjoints(operator: Any, other: Any, factor: float, detector_width: float) -> dict[str, Any]:
    """The adjoint of G and four others; `other` is another projector of the same scan."""
    reverse = pylops.Flip(operator.dimsd, axis=0, dtype=operator.dtype)
    return {
        "the adjoint": operator.H,
        "another projector's": other.H,
        "a missing factor": factor * operator.H,
        "angles reversed": operator.H @ reverse,
        "filtered back-projection": filtered_back_projection(operator, detector_width),
    }


def dot_test(pair: Pair, seed: int) -> float:
    """|⟨Gx, v⟩ − ⟨x, Bv⟩| / (‖Gx‖‖v‖) for random x and v with signs."""
    random = np.random.default_rng(seed)
    x = random.standard_normal(pair.shape[1]).astype(pair.dtype)
    v = random.standard_normal(pair.shape[0]).astype(pair.dtype)
    y, back = np.float64(pair.matvec(x)), np.float64(pair.rmatvec(v))
    return float(abs(y @ v - x @ back) / (np.linalg.norm(y) * np.linalg.norm(v)))


def gradient_check(pair: Pair) -> bool:
    """What `torch.autograd.gradcheck` says; the operators of `pair` must be in float64."""
    x = torch.zeros(pair.dims, dtype=torch.float64, requires_grad=True)
    function = pylops.TorchOperator(pair).apply
    return bool(torch.autograd.gradcheck(function, x, raise_exception=False))


@dataclass(frozen=True, kw_only=True)
class Iterate:
    """The image before a step and its loss ½‖Gm − d‖²."""

    image: Array
    loss: float


def descend(pair: Pair, data: Array, step_size: float, iterations: int) -> Iterator[Iterate]:
    """Let PyTorch descend from zero with the gradient it is given; ends early when it diverges."""
    G = pylops.TorchOperator(pair).apply
    m = torch.zeros(pair.dims, requires_grad=True)
    d = torch.from_numpy(data.astype(np.float32))
    optimiser = torch.optim.SGD([m], lr=step_size)
    bound = math.inf
    for _ in range(iterations + 1):
        optimiser.zero_grad()
        loss = 0.5 * (G(m) - d).square().sum()
        yield Iterate(image=m.detach().numpy().copy(), loss=loss.item())
        bound = min(bound, 1e6 * loss.item())
        if not loss.item() <= bound:
            return
        loss.backward()
        optimiser.step()


def behaviour(run: Sequence[Iterate], right: Sequence[Iterate]) -> str:
    """Say in two words how a run compares with the one with the exact adjoint."""
    losses = [iterate.loss for iterate in run]
    if not losses[-1] <= min(losses[0], 10 * min(losses)):
        return "it diverges"
    if losses[-1] > 10 * right[-1].loss:
        return "it stalls"
    difference = np.linalg.norm(run[-1].image - right[-1].image)
    if difference > 0.05 * np.linalg.norm(right[-1].image):
        return "it is biased"
    return "it agrees"


def main() -> None:
    """Descend with the adjoint and with the one chosen above, on the scan of an ellipse."""
    views = np.arange(ANGLES) * np.pi / ANGLES
    operator, other = (
        CT2D((SIZE, SIZE), DETECTOR_WIDTH, SIZE // 2, views, engine="cpu", projector_type=kind)
        for kind in ("strip", OTHER)
    )
    z, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    truth = np.float32((x / 0.6) ** 2 + (z / 0.8) ** 2 < 1)
    data = operator @ truth
    largest = 0.0
    probe = truth
    for _ in range(30):  # power iteration: ‖G‖² is the largest eigenvalue of GᵀG
        probe = operator.H @ (operator @ (probe / np.linalg.norm(probe)))
        largest = float(np.linalg.norm(probe))

    runs = {}
    for name, adjoint in adjoints(operator, other, FACTOR, DETECTOR_WIDTH).items():
        if name in ("the adjoint", ADJOINT):
            pair = Pair(operator, adjoint)
            runs[name] = list(descend(pair, data, STEP / largest, ITERATIONS))
            print(f"{name}: dot test {dot_test(pair, seed=0):.1e}, loss {runs[name][-1].loss:.3g}")
    print(f"{ADJOINT}: {behaviour(runs[ADJOINT], runs['the adjoint'])}")


if __name__ == "__main__":
    main()

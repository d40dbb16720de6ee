"""What the PyTorch bridge costs above the operator that it carries."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.benchmarks.timing import Row
from core.geometry.beams import ParallelBeam
from core.projection.autograd import bridge
from core.projection.projector import Projector, make_projector


@dataclass(frozen=True, kw_only=True)
class BridgeNumbers:
    """Milliseconds of one forward and one backward, and the error of the gradient.

    `pair_ms` is Gx and Gᵀv by the operator alone, `bridge_ms` the same through PyTorch, and
    `bridge_batch_ms` that for a batch of 4. `overhead` and `batch_ratio` are medians of ratios of
    runs that followed each other. `gradient_error` is ‖∇ − Gᵀv‖/‖Gᵀv‖ against the matrix in
    float64.
    """

    pair_ms: float
    bridge_ms: float
    bridge_batch_ms: float
    overhead: float
    batch_ratio: float
    gradient_error: float


def measure_bridge(operator: Projector, repeats: int = 30) -> BridgeNumbers:
    """Time the bridge of `operator` against the operator, in turns, on random arrays."""
    import torch

    G = bridge(operator)
    random = np.random.default_rng(0)
    x, v = (
        random.standard_normal((4, *shape)).astype(np.float32)
        for shape in (operator.dims, operator.dimsd)
    )
    images, vectors = torch.from_numpy(x).requires_grad_(), torch.from_numpy(v)
    image = torch.from_numpy(x[0]).requires_grad_()

    def pair() -> None:
        operator.project(x[0])
        operator.back_project(v[0])

    def single() -> None:
        torch.autograd.grad(G(image), image, vectors[0])

    def batch() -> None:
        torch.autograd.grad(G(images), images, vectors)

    def timed(function: Callable[[], object]) -> float:
        started = time.perf_counter()
        function()
        return 1e3 * (time.perf_counter() - started)

    runs = np.array([[timed(run) for run in (pair, single, batch)] for _ in range(repeats + 2)])[2:]
    (gradient,) = torch.autograd.grad(G(images), images, vectors)
    exact = operator.matrix().astype(np.float64).T @ v.reshape(4, -1).T
    error = np.linalg.norm(gradient.numpy().reshape(4, -1).T - exact) / np.linalg.norm(exact)
    pair_ms, bridge_ms, bridge_batch_ms = np.median(runs, axis=0)
    return BridgeNumbers(
        pair_ms=float(pair_ms),
        bridge_ms=float(bridge_ms),
        bridge_batch_ms=float(bridge_batch_ms),
        overhead=float(np.median(runs[:, 1] / runs[:, 0]) - 1),
        batch_ratio=float(np.median(runs[:, 2] / runs[:, 1])),
        gradient_error=float(error),
    )


@cache
def _at_the_lectures_scan() -> BridgeNumbers:
    return measure_bridge(make_projector(320, ParallelBeam()))


def bridge_overhead() -> Row:
    """Compare forward and backward through PyTorch with the operator and its adjoint alone."""
    numbers = _at_the_lectures_scan()
    return Row(
        what="forward + backward through PyTorch, 320² × 41 × 160",
        against="the operator and its adjoint alone",
        baseline=numbers.pair_ms,
        ours=numbers.bridge_ms,
        at_least=1 / 1.15,
        note=f"{100 * numbers.overhead:.0f} % more",
    )


def bridge_batch() -> Row:
    """Compare a batch of four through PyTorch with four times one image."""
    numbers = _at_the_lectures_scan()
    return Row(
        what="a batch of 4 through PyTorch",
        against="four times one image",
        baseline=4 * numbers.bridge_ms,
        ours=numbers.bridge_batch_ms,
        at_least=4 / 1.6,
        note=f"{numbers.batch_ratio:.1f} times one image",
    )

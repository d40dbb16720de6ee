"""Solvers of the libraries, driven one step at a time."""

import queue
import threading
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar

import numpy as np
import pylops
from pylops.optimization.cls_basic import CGLS, LSQR

from core.array_types import Float32Array, Image, Sinogram, Vector
from core.methods.base import Step
from core.projection.projector import Projector

Steps = Generator[Step, None, str | None]
T = TypeVar("T")

ROUND_OFF = 1e-7
"""A gradient this much smaller than at the start is round-off in float32."""

SOLVED = "No step lowers the objective any more, up to round-off: this is a minimum."


def step_bound_sentence(step: float) -> str:
    """What a fixed step of `step`/L, beyond 2/L, does to the error."""
    return (
        f"The step {step:g}/L is beyond 2/L: each iteration multiplies the strongest component "
        f"of the error by {1 - step:.3g}."
    )


def inverse_or_zero(sums: Float32Array) -> Float32Array:
    """1/sum, and 0 where a ray misses the image or a pixel is never seen."""
    seen = sums > 1e-6 * sums.max(initial=0)
    return np.divide(1, sums, out=np.zeros_like(sums), where=seen)


def stacked(
    operator: Projector, data: Sinogram, rows: Sequence[pylops.LinearOperator]
) -> tuple[pylops.LinearOperator, Float32Array]:
    """The system [G; R₁; R₂; …] m ≈ [d; 0; 0; …] and its right side."""
    system = pylops.VStack([operator, *rows], dtype=np.float32)
    right_side = np.zeros(system.shape[0], np.float32)
    right_side[: data.size] = np.ravel(data)
    return system, right_side


def lsqr_steps(
    system: pylops.LinearOperator,
    right_side: Float32Array,
    shape: tuple[int, ...],
    iterations: int,
    image_of: Callable[[Vector], Image] = np.copy,
    damping: float = 0.0,
) -> Steps:
    """Run PyLops' LSQR on `system` x ≈ `right_side` from x = 0.

    Each x becomes an image of `shape` by `image_of`, which must return a fresh array because
    the solver writes the next x over the last.
    """
    yield Step(image=np.zeros(shape, np.float32))
    if not system.rmatvec(right_side).any():
        return SOLVED
    solver = LSQR(system)
    x = solver.setup(
        right_side,
        damp=damping,
        atol=ROUND_OFF,
        btol=ROUND_OFF,
        conlim=0,
        niter=iterations,
        calc_var=False,
        preallocate=True,
    )
    for _ in range(iterations):
        with np.errstate(divide="ignore"):  # by a condition number of 0, in a test that is off
            x = solver.step(x)
        yield Step(image=image_of(x).reshape(shape))
        if solver.istop not in (0, 7):  # 7 says only that the iterations are used up
            return SOLVED
    return None


def cgls_steps(
    system: pylops.LinearOperator, right_side: Float32Array, shape: tuple[int, ...], iterations: int
) -> Steps:
    """Run PyLops' CGLS on `system` x ≈ `right_side` from x = 0; x is an image of `shape`."""
    solver = CGLS(system)
    x = solver.setup(right_side, tol=0, preallocate=True)
    yield Step(image=x.reshape(shape).copy())
    smallest = solver.kold * ROUND_OFF**2
    for _ in range(iterations):
        if solver.kold <= smallest:
            return SOLVED
        x = solver.step(x)
        yield Step(image=x.reshape(shape).copy())
    return None


def iterate_callback(run: Callable[[Callable[[T], None]], None]) -> Generator[T, None, None]:
    """Turn a solver that reports by callback into an iterator over what it reports.

    `run(report)` is called in a thread of its own, which works only while the iterator is
    being advanced and waits inside `report` otherwise, so that it can be timed and stopped.
    An exception of `run` is raised here. Closing the iterator ends the thread.
    """
    reports: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    resume = threading.Semaphore(0)
    closed = threading.Event()

    def report(value: T) -> None:
        reports.put(("value", value))
        resume.acquire()
        if closed.is_set():
            raise _ClosedError

    def work() -> None:
        try:
            run(report)
            reports.put(("end", None))
        except _ClosedError:
            pass
        except BaseException as error:
            reports.put(("error", error))

    thread = threading.Thread(target=work, name="iterate_callback", daemon=True)
    thread.start()
    try:
        while True:
            kind, content = reports.get()
            if kind == "end":
                return
            if kind == "error":
                raise content
            yield content
            resume.release()
    finally:
        closed.set()
        resume.release()
        thread.join()


class _ClosedError(Exception):
    """Raised in the solver's thread when the consumer has closed the iterator."""

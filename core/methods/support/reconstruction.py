"""The one loop that runs a method on a measurement, and what comes out of it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from core.array_types import Image
from core.errors import InputError
from core.methods.base import Method
from core.methods.support.history import History, Recorder, Snapshot
from core.parameter import Value
from core.parameters import values_of
from core.problem.measurement import Measurement

Reason = Literal["finished", "tolerance", "stopped", "diverged"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Reconstruction:
    """The result of a method: the last image, how it got there and why it ended.

    `image` is (size, size) float32, read-only; `snapshots` are about 24 iterates, log-spaced in
    the iteration, the first and the last among them; `seconds` counts the solver only;
    `message` says why it ended.
    """

    method: str
    parameters: Mapping[str, Value]
    image: Image
    history: History
    snapshots: tuple[Snapshot, ...]
    stop: Reason
    message: str
    seconds: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Progress:
    """What the loop reports after each step: `step` of `steps`, the iterate, the history so far."""

    step: int
    steps: int
    image: Image
    history: History


OnStep = Callable[[Progress], bool]
"""Called after every step; returning True asks the loop to stop."""


def reconstruct(
    method: Method, measurement: Measurement, on_step: OnStep | None = None
) -> Reconstruction:
    """Run `method` on `measurement` to its end, or until `on_step` returns True; see `Run`."""
    return Run(method, measurement).resume(on_step)


class Run:
    """A method applied to a measurement; the only iteration loop of the laboratory.

    It can be stopped, give its result so far, and be resumed later.
    """

    def __init__(self, method: Method, measurement: Measurement) -> None:
        operator, data = measurement.operator, measurement.data
        self._method = method
        self._steps = method.iterations_planned()
        self._recorder = Recorder(
            measurement, self._steps, lambda m, r: method.objective(operator, data, m, r)
        )
        self._iterator = method.iterate(operator, data)
        self._number = 0
        self._seconds = 0.0

    @property
    def progress(self) -> Progress | None:
        """Where it is; None before its first iterate."""
        if not self._number:
            return None
        return Progress(
            step=self._number - 1,
            steps=self._steps,
            image=self._recorder.image,
            history=self._recorder.history(),
        )

    def resume(self, on_step: OnStep | None = None) -> Reconstruction:
        """Iterate until there are no more steps, `on_step` returns True, or it diverges.

        Only the solver is timed. Every measure in the history belongs to the iterate it stands
        next to. When the method diverges (see `Recorder.record`), the last finite iterate is
        returned. Raises `InputError` when not even the first iterate is finite.
        """
        steps = self._steps
        stop: Reason = "finished"
        message = _all_done(self._method, steps)
        while True:
            started = time.perf_counter()
            try:
                step = next(self._iterator)
            except StopIteration as ended:
                if ended.value:
                    stop, message = "tolerance", str(ended.value)
                break
            finally:
                self._seconds += time.perf_counter() - started
            complaint = self._recorder.record(step.image, step.values, self._number, self._seconds)
            if complaint:
                stop, message = "diverged", f"{complaint} {_remedy(self._method)}"
                break
            self._number += 1
            progress = self.progress
            if on_step is not None and progress is not None and on_step(progress):
                if progress.step < steps:
                    done = f"{progress.step} of {steps} iterations"
                    stop, message = "stopped", f"Stopped after {done}."
                break
        return self._result(stop, message)

    def _result(self, stop: Reason, message: str) -> Reconstruction:
        method = self._method
        if not len(self._recorder.history()):
            raise InputError(f"{method.title} gave no finite image from these data. {message}")
        if stop in ("finished", "diverged") and method.caution():
            message = f"{message} {method.caution()}"
        history, snapshots = self._recorder.finish()
        return Reconstruction(
            method=method.name,
            parameters=values_of(method),
            image=self._recorder.image,
            history=history,
            snapshots=snapshots,
            stop=stop,
            message=message,
            seconds=self._seconds,
        )


def _remedy(method: Method) -> str:
    """What would help against divergence."""
    if method.staged:
        return "The network was trained for other images or other scans."
    return "A smaller step size would help."


def _all_done(method: Method, steps: int) -> str:
    if steps == 0:
        return "A direct method: one step."
    if method.staged:
        return f"All {steps} stages done." if steps > 1 else "One pass through the network."
    return f"All {steps} iterations done." if steps > 1 else "Its one iteration is done."

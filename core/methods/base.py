"""What a method is, what a reconstruction is, and the one loop between them."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.methods.history import History, Recorder, Snapshot
from core.methods.parameters import Value, parameters_of, values_of
from core.problem.projector import Projector
from core.problem.scan import Measurement

Array = NDArray[np.float32]
Family = Literal["direct", "classical", "proximal", "learned"]
Reason = Literal["finished", "tolerance", "stopped", "diverged"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One iterate, image (size, size), and what the solver says of it (`values`)."""

    image: Array
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Method(ABC):
    """A way to invert `d = Gm + n`; its fields are its parameters.

    A method never sees the truth. Subclasses are final frozen dataclasses, one per file; the
    file's name is the method's `name`.
    """

    name: ClassVar[str]
    family: ClassVar[Family]
    title: ClassVar[str]
    idea: ClassVar[str]
    equation: ClassVar[str]
    source: ClassVar[str]

    def __post_init__(self) -> None:
        for parameter in parameters_of(self):
            parameter.check(getattr(self, parameter.name))

    @abstractmethod
    def iterate(self, operator: Projector, data: Array) -> Iterator[Step]:
        """Yield the iterates; the first is the starting image, a direct method yields one."""

    def objective(
        self, operator: Projector, data: Array, image: Array, residual: Array
    ) -> tuple[float, float]:
        """Data term and regulariser at `image`, whose `residual` is G·image − data.

        Their sum is the objective. The default is ½‖Gm − d‖² without a regulariser.
        """
        return 0.5 * float(np.vdot(residual, residual)), 0.0

    def iterations_planned(self) -> int:
        """How many steps follow the first one, for the progress bar; 0 for a direct method."""
        return int(values_of(self).get("iterations", 0))


@dataclass(frozen=True, kw_only=True)
class Reconstruction:
    """The result of a method: the last image, how it got there and why it ended.

    `image` is (size, size) float32; `snapshots` are about 24 iterates, log-spaced in the
    iteration; `seconds` counts the solver only; `message` says to the learner why it ended.
    """

    method: str
    parameters: Mapping[str, Value]
    image: Array
    history: History
    snapshots: tuple[Snapshot, ...]
    stop: Reason
    message: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the loop tells at each step: `step` of `steps`, the iterate and the history so far."""

    step: int
    steps: int
    image: Array
    history: History


OnStep = Callable[[Progress], bool]
"""Called after every step; returning True asks the loop to stop."""


def reconstruct(
    method: Method, measurement: Measurement, on_step: OnStep | None = None
) -> Reconstruction:
    """Run `method` on `measurement`; the only loop there is.

    Only the solver is timed. Every measure in the history belongs to the iterate it stands
    next to. The loop ends when the method has no more steps, when `on_step` returns True, or
    when an iterate or its objective is not finite: then the last finite iterate is returned.
    """
    recorder = Recorder(method, measurement)
    steps = method.iterations_planned()
    stop: Reason = "finished"
    message = ""
    seconds = 0.0
    iterator = method.iterate(measurement.operator, measurement.data)
    number = -1
    while True:
        started = time.perf_counter()
        try:
            step = next(iterator)
        except StopIteration as ended:
            seconds += time.perf_counter() - started
            if ended.value:
                stop, message = "tolerance", str(ended.value)
            break
        seconds += time.perf_counter() - started
        number += 1
        if not recorder.record(step, number, seconds):
            stop = "diverged"
            message = recorder.divergence(number)
            break
        if on_step is not None and on_step(
            Progress(step=number, steps=steps, image=recorder.image, history=recorder.history())
        ):
            if number < steps:
                stop, message = "stopped", f"Stopped by hand after {number} of {steps} iterations."
            break
    return recorder.reconstruction(method, stop, message, seconds)

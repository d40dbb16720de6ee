"""What a method is, what a reconstruction is, and the one loop between them."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, final

import numpy as np

from core.array_types import Image, Sinogram
from core.errors import InputError
from core.methods.support.history import History, Recorder, Snapshot
from core.parameters import Value, parameters_of, values_of
from core.problem.scan import Measurement
from core.projection.projector import Projector

Family = Literal["direct", "classical", "proximal", "learned"]
Hue = Literal["blue", "orange", "green", "red", "purple", "teal", "pink", "brown", "olive", "slate"]
Dash = Literal["solid", "dash", "dot", "dashdot", "longdash"]
Reason = Literal["finished", "tolerance", "stopped", "diverged"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """One iterate and what the solver says of it.

    `image` is (size, size) and belongs to the reader from now on: the solver must not write to
    it again. The numbers in `values` become columns of the history under their own names.
    """

    image: Image
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Method(ABC):
    """A way to invert `d = Gm + n`; its fields are its parameters, declared with `param`.

    A method never sees the truth. Subclasses are final frozen dataclasses, one per file, and
    the file's name is the method's `name`. All that the rest of the laboratory needs to know of
    a method is an attribute of its class, so that a new one is its file and its recipe.

    Attributes
    ----------
    name, title, idea, equation, source
        The name of the file and in links, the name for people, one sentence, LaTeX, a citation.
    family, position
        The page that shows it, and its place among its family there: lower comes first.
    colour, dash
        Its curve in every figure. Methods that are compared with each other differ in colour;
        variants of one idea share it and differ in the dash.
    network
        The name of the trained network that it runs; None for a method without one.
    staged
        Whether its iterates are the stages of a network, of which there is a fixed number.
    benchmark_images
        For a method that takes minutes: on this many images of each set it is evaluated. None
        for all of them.
    """

    name: ClassVar[str]
    family: ClassVar[Family]
    position: ClassVar[int]
    title: ClassVar[str]
    idea: ClassVar[str]
    equation: ClassVar[str]
    source: ClassVar[str]
    colour: ClassVar[Hue]
    dash: ClassVar[Dash] = "solid"
    network: ClassVar[str | None] = None
    staged: ClassVar[bool] = False
    benchmark_images: ClassVar[int | None] = None

    def __post_init__(self) -> None:
        for parameter in parameters_of(self):
            value = parameter.clean(getattr(self, parameter.name))
            object.__setattr__(self, parameter.name, value)

    @abstractmethod
    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the iterates from data (angles, detectors), float32.

        The first is the starting image; a direct method yields one. A method that ends before
        its planned steps, because it has converged, returns a sentence that says so.
        """

    @abstractmethod
    def iterations_planned(self) -> int:
        """How many steps follow the first one, for the progress bar; 0 for a direct method."""

    @final
    def objective(
        self, operator: Projector, data: Sinogram, image: Image, residual: Sinogram
    ) -> tuple[float, float]:
        """Data fidelity and regulariser at `image`, whose `residual` is G·image − data.

        Their sum is the objective. Both are finite: the indicator of a constraint is left out.
        """
        return (
            self.data_fidelity(operator, data, residual),
            self.regulariser_value(operator, data, image),
        )

    def data_fidelity(self, operator: Projector, data: Sinogram, residual: Sinogram) -> float:
        """What the method minimises of the data, at `residual` = Gm − data: ½‖Gm − d‖²."""
        return 0.5 * float(np.square(residual, dtype=np.float64).sum())

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """What the method minimises of the image beside that: nothing."""
        return 0.0

    def parts(self) -> tuple[type, ...]:
        """Classes beside its own whose code makes the result, found by a name among its values."""
        return ()

    def caution(self) -> str:
        """A warning about these parameters in a sentence, as of a step beyond its bound; or ""."""
        return ""

    @property
    def recipe(self) -> str:
        """The name of its recipe; with other parameters it may be another."""
        return self.name


@dataclass(frozen=True, kw_only=True)
class DirectMethod(Method):
    """A method that computes its image in one go."""

    family: ClassVar[Family] = "direct"

    @final
    def iterations_planned(self) -> int:
        """None: there is one image."""
        return 0


@dataclass(frozen=True, kw_only=True)
class IterativeMethod(Method):
    """A method that takes as many steps as its parameter `iterations` says."""

    @property
    @abstractmethod
    def iterations(self) -> int:
        """How many; subclasses declare it as a parameter, where they want it among theirs."""

    @final
    def iterations_planned(self) -> int:
        """The parameter `iterations`."""
        return self.iterations


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
        message = f"All {steps} iterations done." if steps else "A direct method: one step."
        if steps == 1:
            message = "Its one iteration is done."
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
                stop, message = "diverged", complaint
                break
            self._number += 1
            progress = self.progress
            if on_step is not None and progress is not None and on_step(progress):
                if progress.step < steps:
                    done = f"{progress.step} of {steps} iterations"
                    stop, message = "stopped", f"Stopped by hand after {done}."
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

"""What a method is, what a reconstruction is, and the one loop between them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, final

import numpy as np

from core.array_types import Image, Sinogram
from core.parameters import parameters_of
from core.projection.projector import Projector

Family = Literal["direct", "classical", "proximal", "learned", "sampling"]
Hue = Literal["blue", "orange", "green", "red", "purple", "teal", "pink", "brown", "olive", "slate"]
Dash = Literal["solid", "dash", "dot", "dashdot", "longdash"]
OperatorUse = Literal["once", "in each iteration"]


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
    strength
        The name of the parameter that says how much it regularises; "" where there is none, so
        that its iterations do.
    stops_early
        Whether its iteration number is its regularisation parameter: the later iterates fit the
        noise of the data.
    operator_use, minimises, guarantee, cost
        What a table of all methods says: when G is applied, the objective that it minimises ("" for
        none), what is proved of it, and what it computes.
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
    strength: ClassVar[str] = ""
    stops_early: ClassVar[bool] = False
    operator_use: ClassVar[OperatorUse] = "in each iteration"
    minimises: ClassVar[str] = ""
    guarantee: ClassVar[str] = ""
    cost: ClassVar[str] = "G and Gᵀ in each iteration"

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
    operator_use: ClassVar[OperatorUse] = "once"
    cost: ClassVar[str] = "one Gᵀ"

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

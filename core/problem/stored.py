"""The brain images that come with the lab: `assets/images.h5`, in fastMRI's layout."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import h5py

from core.array_types import AnyArray, Image
from core.description import Described, Walk
from core.errors import InputError, require_choice, require_number
from core.parameter import Parameter
from core.parameters import param
from core.problem.image_files import open_image_file, trouble_with
from core.problem.phantoms import Phantom, SheppLogan
from core.problem.resample import SCRIPT, fit, script_files
from core.problem.scripted import ScriptedImage

ASSETS = Path(__file__).resolve().parents[2] / "assets"
IMAGES_FILE = ASSETS / "images.h5"
TRAINING_FILE = ASSETS / "training.h5"
"""Slices that networks learn from. They are offered nowhere: scores on them would flatter."""


@dataclass(frozen=True, kw_only=True)
class ImageSet:
    """A set of axial slices and its credits; `spacing_mm` is the side of a source pixel."""

    name: str
    title: str
    slices: int
    default_slice: int
    spacing_mm: float
    source: str
    licence: str

    @property
    def credit(self) -> str:
        """One line of credit for the screen."""
        return f"{self.title}. {self.source}. {self.licence}."


@cache
def demo_sets() -> tuple[ImageSet, ...]:
    """The sets that may be shown, in the order in which they are offered.

    There are none where their file is missing or damaged.
    """
    if images_trouble():
        return ()
    with open_image_file(IMAGES_FILE) as file:
        return tuple(
            _described(name, group) for name, group in file.items() if "reconstruction_rss" in group
        )


def images_trouble() -> str:
    """Return a sentence that says why the sets cannot be shown, or ""."""
    return trouble_with(IMAGES_FILE)


def _described(name: str, group: h5py.Group) -> ImageSet:
    credits: dict[str, Any] = dict(group.attrs)
    return ImageSet(
        name=name,
        title=str(credits["title"]),
        slices=int(group["reconstruction_rss"].shape[0]),
        default_slice=int(credits["default_slice"]),
        spacing_mm=float(credits["spacing_mm"]),
        source=str(credits["source"]),
        licence=str(credits["licence"]),
    )


def demo_set(name: str) -> ImageSet:
    """The set of this name; raise `InputError` when there is none."""
    if not demo_sets():
        raise InputError(images_trouble())
    sets = {entry.name: entry for entry in demo_sets()}
    require_choice("Image set", name, tuple(sets))
    return sets[name]


@dataclass(frozen=True, kw_only=True)
class StoredImage(Described, ScriptedImage):
    """One slice of a set that comes with the lab, counted from 0; it is chosen by its set."""

    order: ClassVar[int] = 0

    set: str = "colin27"
    slice: int = param(22, low=0, high=10_000, title="Slice", aliases=("slice",))

    def __post_init__(self) -> None:
        last = demo_set(self.set).slices - 1
        require_number(f"Slice of {self.set}", self.slice, low=0, high=last, whole=True)

    @classmethod
    def choices(cls) -> Mapping[str, str]:
        """The sets, with their titles."""
        return {entry.name: entry.title for entry in demo_sets()}

    @property
    def choice(self) -> str:
        """The set."""
        return self.set

    @classmethod
    def refined(cls, parameter: Parameter, answers: Mapping[str, Any]) -> Parameter:
        """The slices that the chosen set has."""
        if parameter.name.endswith("slice") and answers.get("image") in cls.choices():
            entry = demo_set(answers["image"])
            return replace(parameter, default=entry.default_slice, high=entry.slices - 1)
        return parameter

    @classmethod
    def build(cls, walk: Walk, prefix: str = "") -> "StoredImage":
        """Build the image of the set that was chosen by asking for its slice."""
        return cls(set=walk.answers["image"], **walk.answers_of(cls, prefix))

    @property
    def label(self) -> str:
        """What people read."""
        entry = demo_set(self.set)
        return f"{entry.title}, slice {self.slice} of 0–{entry.slices - 1}"

    def read(self, size: int) -> Image:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1."""
        return fit(self._pixels(), size)

    @property
    def script(self) -> str:
        """The lines of a script that read the slice from a file of its own, with its credits."""
        credit = f"{demo_set(self.set).credit} Slice {self.slice}, counted from 0."
        return textwrap.indent(textwrap.fill(credit, 94), "# ") + f"\n{SCRIPT}"

    @property
    def script_files(self) -> dict[str, bytes]:
        """The slice as it is stored."""
        return script_files(self._pixels())

    def _pixels(self) -> AnyArray:
        with open_image_file(IMAGES_FILE) as file:
            pixels: AnyArray = file[self.set]["reconstruction_rss"][self.slice]
            return pixels


def default_image() -> StoredImage | Phantom:
    """The lecture's image, or a phantom where the lecture's images cannot be shown."""
    return StoredImage() if demo_sets() else SheppLogan()

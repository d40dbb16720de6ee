"""A lesion put into an image, and what a reconstruction makes of it.

    contrast(m) = mean of m inside the lesion − mean of m in a ring around it

It is linear in m. With m₀, m₁ the truth without and with the lesion and m̂₀, m̂₁ what a method
makes of their data,

    recovered = contrast(m̂₁ − m̂₀) / contrast(m₁ − m₀),
    false     = contrast(m̂₀ − m₀) / contrast(m₁ − m₀).

The first says how much of the lesion arrives; the second, how much of one the method shows at
this place where there is none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float32Array, Float64Array, FloatArray, Image
from core.description import Described
from core.errors import InputError, quoted
from core.parameter import Value
from core.parameters import param
from core.problem.drawing import Drawing
from core.problem.lesion_shapes import SHAPES, shape_cover
from core.problem.phantoms import OVERSAMPLING, Phantom
from core.problem.scripted import ScriptedImage
from core.problem.stored import StoredImage
from core.problem.uploads import UploadedImage

PlainImage = StoredImage | Phantom | UploadedImage | Drawing
Verdict = Literal["kept", "faded", "lost", "invented"]

PLACE_RANGE = (-0.95, 0.95)
RADIUS_RANGE = (0.01, 0.25)
CONTRAST_RANGE = (-1.0, 1.0)

KEPT, LOST, INVENTED = 0.75, 0.25, 0.5
"""Recovered at least `KEPT`: kept; less than `LOST`: lost; faded between. At least `INVENTED` of
a false contrast of the lesion's sign: invented, whatever its recovered share."""

FAINTEST = 0.01
"""The least contrast in the truth that a test can be made with: 1 % of the brightest value."""


@dataclass(frozen=True, kw_only=True)
class Lesion(Described):
    """A shape that adds `contrast` to the image, in shares of its brightest value.

    `x` (to the right), `y` (upwards) and `radius`, that of a circle around it, are in halves of the
    image's side, from its centre, whatever its size in pixels.
    """

    x: float = param(-0.28, low=PLACE_RANGE[0], high=PLACE_RANGE[1], title="The lesion's x")
    y: float = param(0.17, low=PLACE_RANGE[0], high=PLACE_RANGE[1], title="The lesion's y")
    radius: float = param(
        0.02, low=RADIUS_RANGE[0], high=RADIUS_RANGE[1], title="The lesion's radius"
    )
    contrast: float = param(
        0.2, low=CONTRAST_RANGE[0], high=CONTRAST_RANGE[1], title="The lesion's contrast"
    )
    shape: str = param("disc", choices=SHAPES, title="The lesion's shape")

    def added_to(self, image: Image) -> Float32Array:
        """Return the image (size, size) with the lesion, within [0, 1]."""
        added = self.contrast * self.cover(image.shape[0])
        changed: Float32Array = np.clip(image + added, 0, 1).astype(np.float32)
        return changed

    def cover(self, size: int) -> Float64Array:
        """How much of each pixel (size, size) it covers, 0 to 1."""
        return shape_cover(self.shape, self.x, self.y, self.radius, size, OVERSAMPLING)

    def contrast_in(self, image: FloatArray) -> float:
        """Mean inside the lesion minus mean in the ring around it."""
        inside, ring = self.masks(image.shape[0])
        return float(image[inside].mean(dtype=np.float64) - image[ring].mean(dtype=np.float64))

    def masks(self, size: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """The pixels (size, size) inside, and those of the ring.

        Inside of a disc are the centres of pixels; inside of any other shape, pixels of which it
        covers half, or what it covers most of. The ring begins one pixel outside the circle around
        the lesion and ends at twice its radius, or three pixels outside where that is more.
        """
        distance = self._distance(size)
        radius = self.radius * size / 2
        inside = distance <= max(radius, float(distance.min()))
        if self.shape != "disc":
            cover = self.cover(size)
            inside = cover >= min(0.5, float(cover.max()))
        outer = max(2 * radius, radius + 3)
        return inside, (distance > radius + 1) & (distance <= outer)

    def beyond(self, size: int) -> NDArray[np.bool_]:
        """The pixels (size, size) that lie outside lesion and ring."""
        radius = self.radius * size / 2
        far: NDArray[np.bool_] = self._distance(size) > max(2 * radius, radius + 3)
        return far

    def _distance(self, size: int) -> Float64Array:
        """Distance of each pixel from the centre of the lesion, in pixels."""
        centres = np.arange(size) + 0.5 - size / 2
        x, y = self.x * size / 2, self.y * size / 2
        distance: Float64Array = np.hypot(centres[None, :] - x, -centres[:, None] - y)
        return distance


def parse_lesion(text: str) -> Lesion:
    """Read `x=…,y=…,radius=…,contrast=…,shape=…`, as the command line has it.

    What is left out is usual. Raises `InputError`.
    """
    names = [entry.name for entry in fields(Lesion)]
    values: dict[str, Any] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        try:
            values[name.strip()] = value if name.strip() == "shape" else float(value)
        except ValueError:
            values = {"": 0.0}
            break
    if not set(values) <= set(names):
        raise InputError(
            f"A lesion is given by {', '.join(names)}, as "
            f"x=-0.28,y=0.17,radius=0.02,contrast=0.2,shape=disc, not by {quoted(text)}."
        )
    return Lesion(**values)


@dataclass(frozen=True, kw_only=True)
class WithLesion(ScriptedImage):
    """An image with a lesion in it: a source like any other."""

    image: PlainImage
    lesion: Lesion

    @property
    def choice(self) -> str:
        """The name by which the image beneath would be chosen."""
        return self.image.choice

    def flat_values(self, prefix: str = "") -> dict[str, Value]:
        """What the image beneath declares, and the lesion."""
        lesion = {f"lesion_{name}": value for name, value in self.lesion.flat_values().items()}
        return self.image.flat_values(prefix) | lesion

    @property
    def label(self) -> str:
        """What people read."""
        kind = "bright" if self.lesion.contrast > 0 else "dark"
        return f"{self.image.label}, with a {kind} lesion"

    def read(self, size: int) -> Image:
        """Return the image (size, size), float32, in [0, 1].

        It is not scaled again: it differs from the image without the lesion there and nowhere
        else. Its maximum is 1, unless a dark lesion covers the brightest pixel.
        """
        return self.lesion.added_to(self.image.read(size))

    @property
    def script(self) -> str:
        """The lines of the image beneath, and those that add the lesion."""
        return f"""\
{self.image.script}
# A lesion: what it adds, its position and radius, in halves of the image's side from the centre
lesion = shape_cover(LESION_SHAPE, LESION_X, LESION_Y, LESION_RADIUS, SIZE, {OVERSAMPLING})
truth = np.clip(truth + LESION_CONTRAST * lesion, 0, 1).astype(np.float32)
"""

    @property
    def script_functions(self) -> tuple[Callable[..., Any], ...]:
        """Those of the image beneath, and what draws the lesion."""
        return tuple(dict.fromkeys([*self.image.script_functions, shape_cover]))

    @property
    def script_files(self) -> Mapping[str, bytes]:
        """Those of the image beneath."""
        return self.image.script_files


def without_lesion(image: PlainImage | WithLesion) -> PlainImage:
    """The image beneath a lesion; the image itself where there is none."""
    return image.image if isinstance(image, WithLesion) else image


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a method makes of a lesion; shares of the true contrast (see the top of this file).

    `elsewhere` is the norm of m̂₁ − m̂₀ outside lesion and ring over that of m₁ − m₀: how much
    of the rest of the image the lesion changed.
    """

    recovered: float
    false: float
    elsewhere: float

    @property
    def verdict(self) -> Verdict:
        """The finding in a word."""
        if self.false >= INVENTED:
            return "invented"
        if self.recovered >= KEPT:
            return "kept"
        return "lost" if self.recovered < LOST else "faded"


def finding(
    lesion: Lesion,
    truths: tuple[FloatArray, FloatArray],
    images: tuple[FloatArray, FloatArray],
) -> Finding:
    """Compare reconstructions with their truths, each without and with the lesion, (size, size).

    Raises `InputError` where the lesion hardly changes the truth: a dark one in the air, a
    bright one in what is brightest already.
    """
    true_change, change = truths[1] - truths[0], images[1] - images[0]
    true = lesion.contrast_in(true_change)
    if abs(true) < FAINTEST:
        raise InputError(
            f"This lesion changes the truth by {100 * true:.1g} % of its brightest value, and at "
            f"least {100 * FAINTEST:g} % are needed: move it into the head, or give it another "
            "contrast."
        )
    beyond = lesion.beyond(true_change.shape[0])
    return Finding(
        recovered=lesion.contrast_in(change) / true,
        false=lesion.contrast_in(images[0] - truths[0]) / true,
        elsewhere=float(np.linalg.norm(change[beyond]) / np.linalg.norm(true_change)),
    )

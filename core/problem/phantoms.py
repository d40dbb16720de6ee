"""Computed test images made of ellipses: Shepp–Logan's head and random phantoms.

An ellipse is (value, a, b, x, y, φ): what it adds, its semi-axes, its centre and the angle in
radians by which it is turned anticlockwise. The image covers [−1, 1]², x to the right, y upwards.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.description import Described
from core.parameters import param
from core.problem.scripted import ScriptedImage

OVERSAMPLING = 4
"""Points per pixel and axis of a picture that is shown, so that edges hold their share of area."""

SHEPP_LOGAN = np.array(
    [  # value, a, b, x, y, φ in degrees
        (1.0, 0.69, 0.92, 0.0, 0.0, 0),
        (-0.8, 0.6624, 0.8740, 0.0, -0.0184, 0),
        (-0.2, 0.11, 0.31, 0.22, 0.0, -18),
        (-0.2, 0.16, 0.41, -0.22, 0.0, 18),
        (0.1, 0.21, 0.25, 0.0, 0.35, 0),
        (0.1, 0.046, 0.046, 0.0, 0.1, 0),
        (0.1, 0.046, 0.046, 0.0, -0.1, 0),
        (0.1, 0.046, 0.023, -0.08, -0.605, 0),
        (0.1, 0.023, 0.023, 0.0, -0.606, 0),
        (0.1, 0.023, 0.046, 0.06, -0.605, 0),
    ]
) * (1, 1, 1, 1, 1, np.pi / 180)
"""Shepp & Logan 1974 (doi:10.1109/TNS.1974.6499235) with the contrast of Toft's thesis (1996)."""


def rasterise(
    ellipses: NDArray[np.float64], size: int, *, oversampling: int = 1
) -> NDArray[np.float64]:
    """Draw ellipses (count, 6) into an image (size, size) in which overlaps add up.

    A pixel holds the mean over `oversampling`² points, by default the value at its centre.
    """
    side = size * oversampling
    centres = (np.arange(side) + 0.5) * (2 / side) - 1
    fine = np.zeros((side, side))
    for value, a, b, x, y, turn in ellipses:
        cos, sin = np.cos(turn), np.sin(turn)
        wide, high = np.hypot(a * cos, b * sin), np.hypot(a * sin, b * cos)
        columns = slice(*np.searchsorted(centres, (x - wide, x + wide)))
        rows = slice(*np.searchsorted(centres, (-y - high, -y + high)))
        dx, dy = centres[None, columns] - x, -centres[rows, None] - y
        along, across = (dx * cos + dy * sin) / a, (dy * cos - dx * sin) / b
        fine[rows, columns] += value * (along**2 + across**2 <= 1)
    image: NDArray[np.float64] = fine.reshape(size, oversampling, size, oversampling).mean((1, 3))
    return image


def random_ellipses(
    random: np.random.Generator,
    *,
    mean: float = 50,
    dark: float = 0.5,
    strength: float = 0.4,
    reach: float = 1.0,
) -> NDArray[np.float64]:
    """Draw the ellipses (count, 6) of one phantom, by default as learned primal-dual learned from.

    About `mean` ellipses, values (U(0, 1) − `dark`)·Exp(`strength`), semi-axes 0.2·Exp(1), centres
    U(−1, 1)² times `reach`, angles U(0, 2π): Adler & Öktem 2018, doi:10.1109/TMI.2018.2799231.
    """
    count = random.poisson(mean)
    return np.column_stack(
        [
            (random.random(count) - dark) * random.exponential(strength, count),
            0.2 * random.exponential(1.0, (count, 2)),
            random.uniform(-reach, reach, (count, 2)),
            random.uniform(0, 2 * np.pi, count),
        ]
    )


class Phantom(Described, ScriptedImage):
    """A computed image."""

    @property
    @abstractmethod
    def label(self) -> str:
        """What people read."""

    @abstractmethod
    def read(self, size: int) -> NDArray[np.float32]:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1."""

    @property
    def script_functions(self) -> tuple[Callable[..., Any], ...]:
        """What draws the ellipses."""
        return (rasterise,)


@dataclass(frozen=True, kw_only=True)
class SheppLogan(Phantom):
    """Shepp and Logan's head."""

    name: ClassVar[str] = "shepp_logan"
    title: ClassVar[str] = "Shepp–Logan phantom"
    order: ClassVar[int] = 1

    @property
    def label(self) -> str:
        """What people read."""
        return self.title

    def read(self, size: int) -> NDArray[np.float32]:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1."""
        return _scaled(rasterise(SHEPP_LOGAN, size, oversampling=OVERSAMPLING))

    @property
    def script(self) -> str:
        """The lines of a script that draw the head, with its ten ellipses."""
        rows = "".join(f"        {tuple(map(float, row))},\n" for row in SHEPP_LOGAN)
        return (
            "# Shepp & Logan 1974, with the contrast of Toft 1996: value, a, b, x, y, turn\n"
            f"ellipses = np.array(\n    [\n{rows}    ]\n)\n"
            f"image = rasterise(ellipses, SIZE, oversampling={OVERSAMPLING})\n{SCALED_SCRIPT}"
        )


@dataclass(frozen=True, kw_only=True)
class RandomEllipses(Phantom):
    """Ellipses drawn with a seed, as learned primal-dual learned from."""

    name: ClassVar[str] = "ellipses"
    title: ClassVar[str] = "Random ellipses"
    order: ClassVar[int] = 2

    seed: int = param(
        0,
        low=0,
        high=2**32 - 1,
        title="Seed",
        label="Seed",
        typed=True,
        aliases=("phantom_seed",),
        help="Another number gives another random phantom; the same number, the same one.",
    )

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.title}, seed {self.seed}"

    def read(self, size: int) -> NDArray[np.float32]:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1.

        The ellipses have negative values too: they are shifted and scaled to [0, 1], and cut to
        the disc that the scanner sees whole.
        """
        random = np.random.Generator(np.random.PCG64(self.seed))
        image = rasterise(random_ellipses(random), size, oversampling=OVERSAMPLING)
        disc = rasterise(np.array([[1.0, 1, 1, 0, 0, 0]]), size, oversampling=OVERSAMPLING)
        return _scaled(disc * (image - image[disc > 0].min()))

    @property
    def script(self) -> str:
        """The lines of a script that draw the same ellipses."""
        return f"""\
random = np.random.Generator(np.random.PCG64(IMAGE_SEED))
image = rasterise(random_ellipses(random), SIZE, oversampling={OVERSAMPLING})
disc = rasterise(np.array([[1.0, 1, 1, 0, 0, 0]]), SIZE, oversampling={OVERSAMPLING})
image = disc * (image - image[disc > 0].min())
{SCALED_SCRIPT}"""

    @property
    def script_functions(self) -> tuple[Callable[..., Any], ...]:
        """What draws random numbers, and the ellipses."""
        return (rasterise, random_ellipses)


SCALED_SCRIPT = "truth = np.clip(image / image.max(), 0, 1).astype(np.float32)\n"
"""The lines of a script that do what `_scaled` does."""


def _scaled(image: NDArray[np.float64]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = np.clip(image / image.max(), 0, 1).astype(np.float32)
    return scaled

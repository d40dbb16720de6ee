"""Balls of many sizes: round from every side, so what a method stretches or dims is seen."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array, Image
from core.parameters import param
from core.problem.volumes._ellipsoids import rasterise
from core.problem.volumes.base import VolumeImage, scaled

BALLS = 24
REACH = 0.85
"""The balls lie in the ball of this radius, in halves of the volume's side."""
RADII = (0.06, 0.22)
TRIES = 2000


@final
@dataclass(frozen=True, kw_only=True)
class Balls(VolumeImage):
    """Balls that do not touch, drawn with a seed."""

    name: ClassVar[str] = "balls"
    title: ClassVar[str] = "Balls"
    order: ClassVar[int] = 2

    seed: int = param(
        0,
        low=0,
        high=2**32 - 1,
        title="Seed",
        label="Seed",
        typed=True,
        help="Another number gives other balls; the same number, the same ones.",
    )

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.title}, seed {self.seed}"

    @property
    def ellipsoids(self) -> Float64Array:
        """The balls (count, 8), see `_ellipsoids`."""
        random = np.random.Generator(np.random.PCG64(self.seed))
        balls: list[Float64Array] = []
        for _ in range(TRIES):
            radius = random.uniform(*RADII)
            centre = random.uniform(-REACH, REACH, 3)
            apart = all(np.linalg.norm(centre - b[4:7]) > radius + b[1] + 0.03 for b in balls)
            if apart and np.linalg.norm(centre) + radius <= REACH:
                balls.append(np.array([random.uniform(0.3, 1.0), *[radius] * 3, *centre, 0.0]))
            if len(balls) == BALLS:
                break
        return np.stack(balls)

    def read(self, size: int, slices: int) -> Image:
        """Return the volume (slices, size, size), float32, in [0, 1]."""
        return scaled(rasterise(self.ellipsoids, size, slices))

"""The noise `n` in `d = Gm + n`: one file for each model, seeded, so that it can be drawn again."""

import sys

from core.description import Family
from core.discovery import members_of
from core.problem.noise.base import Noise, SeededNoise, attenuation_scale
from core.problem.noise.gaussian import GaussianNoise
from core.problem.noise.none import NoNoise
from core.problem.noise.poisson import PoissonNoise

__all__ = [
    "NOISES",
    "GaussianNoise",
    "NoNoise",
    "Noise",
    "PoissonNoise",
    "SeededNoise",
    "attenuation_scale",
]

NOISES = Family(
    name="noise",
    prefix="noise_",
    members=members_of(sys.modules[__name__], Noise),
    help="The n in d = Gm + n.",
)
"""Every model of the noise."""

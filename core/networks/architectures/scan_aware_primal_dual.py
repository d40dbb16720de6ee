"""Learned primal-dual that is told how far apart the views of its scan are.

The FBP of a residual stands for the inverse of G where there are many views. Where there are few
it does not: the largest eigenvalue of FBP∘G grows in proportion to the distance between
neighbouring views (π/4 · side / views over 180°), so a step that is right for 90 views diverges
with 12. Here the steps fade with that distance, and the memory starts with it.

After J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018) 1322-1332,
DOI 10.1109/TMI.2018.2799231.
"""

import math

import torch
from torch import Tensor, nn

from core.networks.architectures.learned_primal_dual import LearnedPrimalDual
from core.networks.architectures.physics import Physics

REFERENCE_GAP = math.pi / 90 * 160
"""A gap in pixels, that of 90 views over 180° of 320² pixels, beside which others are measured."""


class ScanAwarePrimalDual(LearnedPrimalDual):
    """Learned primal-dual for many kinds of scans; under 90 views over 180° it is the same.

    Of a scan it knows x, the logarithm of its gap over that of 90 views of 320² pixels: step k is
    multiplied by exp(−fₖx), and the memory starts with x times a weight for each channel. The
    weights fₖ and those of the memory are learned.
    """

    def __init__(self, slope: float = 0.0) -> None:
        super().__init__(slope=slope)
        self.fading = nn.Parameter(torch.full_like(self.steps, 0.5))
        self.told = nn.Parameter(torch.zeros(self.memory))

    def _begin(self, physics: Physics, image: Tensor) -> tuple[Tensor, Tensor]:
        """The steps (stages,), and the memory (B, channels, size, size) to start with."""
        distance = math.log(physics.gap / REFERENCE_GAP)
        memory = (distance * self.told)[None, :, None, None]
        shape = (image.shape[0], self.memory, *image.shape[-2:])
        return self.steps * torch.exp(-distance * self.fading), memory.expand(shape)

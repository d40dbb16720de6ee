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

USUAL_GAP = math.pi / 90 * 160
"""The gap between the views of the lecture's scan, in pixels: 90 views, half a side of 160."""


class ScanAwarePrimalDual(LearnedPrimalDual):
    """Learned primal-dual for many kinds of scans; under the lecture's scan it is the same.

    Of a scan it knows x, the logarithm of its gap over that of the lecture's scan: step k is
    multiplied by exp(−fₖx), and the memory starts with x times a weight for each channel. The
    weights fₖ and those of the memory are learned.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fading = nn.Parameter(torch.full_like(self.steps, 0.5))
        self.told = nn.Parameter(torch.zeros(self.memory))

    def _begin(self, physics: Physics, image: Tensor) -> tuple[Tensor, Tensor]:
        """The steps (stages,), and the memory (B, channels, size, size) to start with."""
        distance = math.log(physics.gap / USUAL_GAP)
        memory = (distance * self.told)[None, :, None, None]
        shape = (image.shape[0], self.memory, *image.shape[-2:])
        return self.steps * torch.exp(-distance * self.fading), memory.expand(shape)

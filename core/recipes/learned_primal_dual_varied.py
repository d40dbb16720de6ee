"""Learned primal-dual that knows the gap between views, with PyTorch."""

import numpy as np
import torch
from torch import nn

from core.recipes.blocks.brightest import brightest
from core.recipes.blocks.primal_dual_network import LearnedPrimalDual
from core.recipes.blocks.trained_network import reconstructed
from core.recipes.scan import SIZE, VIEW_GAP

ORIENTATIONS = 1

# The gap between neighbouring views at the border, over that of 90 views of 320 x 320 pixels
gap = np.log(np.deg2rad(VIEW_GAP) * SIZE / 2 / (np.pi / 90 * 160))


class ScanAwarePrimalDual(LearnedPrimalDual):
    """As learned primal-dual; the steps fade where the views are far apart."""

    def __init__(self):
        super().__init__()
        self.fading = nn.Parameter(torch.zeros(5))
        self.told = nn.Parameter(torch.zeros(4))

    def begin(self):
        memory = (gap * self.told)[None, :, None, None].expand(1, 4, SIZE, SIZE)
        return self.steps * torch.exp(-gap * self.fading), memory


# The reconstruction
reconstruction = reconstructed(ScanAwarePrimalDual(), brightest, ORIENTATIONS)

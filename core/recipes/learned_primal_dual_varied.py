"""Learned primal-dual that knows the gap between views, with PyTorch."""

import numpy as np
import torch
from torch import nn

from core.recipes.blocks.brightest import brightest
from core.recipes.blocks.dual_update import DualUpdate
from core.recipes.blocks.network_operators import adjoint, fbp, forward
from core.recipes.blocks.small_unet import SmallUNet
from core.recipes.blocks.trained_network import reconstructed
from core.recipes.scan import ARC, SIZE, angles

# The gap between neighbouring views at the border, over that of 90 views of 320 x 320 pixels
gap = np.log(np.deg2rad(ARC) / len(angles) * SIZE / 2 / (np.pi / 90 * 160))


class ScanAwarePrimalDual(nn.Module):
    """As learned primal-dual; the steps fade where the views are far apart."""

    def __init__(self):
        super().__init__()
        self.steps = nn.Parameter(torch.zeros(5))
        self.fading = nn.Parameter(torch.zeros(5))
        self.told = nn.Parameter(torch.zeros(4))
        self.dual_updates = nn.ModuleList(DualUpdate() for _ in range(5))
        self.updates = nn.ModuleList(SmallUNet(7, 5, (32, 48, 64)) for _ in range(5))

    def forward(self, data):
        image = fbp(data)
        memory = (gap * self.told)[None, :, None, None].expand(1, 4, SIZE, SIZE)
        dual = torch.zeros(1, 4, *data.shape[-2:])
        steps = self.steps * torch.exp(-gap * self.fading)
        parts = zip(steps, self.dual_updates, self.updates, strict=True)
        for step, dual_update, update in parts:
            projected = forward(image)
            dual = dual + dual_update(dual, projected, data)
            residual = projected - data
            sharp = fbp(residual + dual[:, :1])
            plain = adjoint(residual + dual[:, 1:2])
            change = update(torch.cat([image, sharp, plain, memory], dim=1))
            image = image - step * sharp + change[:, :1]
            memory = memory + change[:, 1:]
        return image


# The reconstruction
reconstruction = reconstructed(ScanAwarePrimalDual(), brightest)

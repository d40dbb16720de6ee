"""Learned primal with PyTorch, from image to reconstruction."""

import torch
from torch import nn

from core.recipes.blocks.brightest import brightest
from core.recipes.blocks.network_operators import adjoint, fbp, forward
from core.recipes.blocks.small_unet import SmallUNet
from core.recipes.blocks.trained_network import reconstructed
from core.recipes.scan import SIZE

ORIENTATIONS = 1


class LearnedPrimal(nn.Module):
    """The image and its memory change by what a network makes of the residual, five times."""

    def __init__(self):
        super().__init__()
        self.steps = nn.Parameter(torch.zeros(5))
        self.updates = nn.ModuleList(SmallUNet(7, 5, (32, 48, 64)) for _ in range(5))

    def forward(self, data):
        image = fbp(data)
        memory = torch.zeros(1, 4, SIZE, SIZE)
        for step, update in zip(self.steps, self.updates, strict=True):
            residual = forward(image) - data
            sharp = fbp(residual)
            change = update(torch.cat([image, sharp, adjoint(residual), memory], dim=1))
            image = image - step * sharp + change[:, :1]
            memory = memory + change[:, 1:]
        return image


# The reconstruction
reconstruction = reconstructed(LearnedPrimal(), brightest, ORIENTATIONS)

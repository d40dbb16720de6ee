"""Learned proximal gradient with PyTorch, from image to reconstruction."""

import torch
from torch import nn

from core.recipes.blocks.brightest import brightest
from core.recipes.blocks.network_operators import adjoint, fbp, forward
from core.recipes.blocks.small_unet import SmallUNet
from core.recipes.blocks.trained_network import reconstructed

ORIENTATIONS = 1


class LearnedProximalGradient(nn.Module):
    """v = m - tau FBP(r), m = v + f(v, FBP(r), Gᵀr), five times, each with its own tau and f."""

    def __init__(self):
        super().__init__()
        self.steps = nn.Parameter(torch.zeros(5))
        self.proxes = nn.ModuleList(SmallUNet(3, 1, (32, 48, 64)) for _ in range(5))

    def forward(self, data):
        image = fbp(data)
        for step, prox in zip(self.steps, self.proxes, strict=True):
            residual = forward(image) - data
            gradient = fbp(residual)
            moved = image - step * gradient
            image = moved + prox(torch.cat([moved, gradient, adjoint(residual)], dim=1))
        return image


# The reconstruction
reconstruction = reconstructed(LearnedProximalGradient(), brightest, ORIENTATIONS)

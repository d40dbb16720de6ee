"""Learned proximal gradient of the lecture, with PyTorch, from image to reconstruction."""

import torch
from torch import nn

from core.recipes.blocks.mean_of_data import mean_of_data
from core.recipes.blocks.network_operators import adjoint, forward
from core.recipes.blocks.three_convolutions import ThreeConvolutions
from core.recipes.blocks.trained_network import reconstructed
from core.recipes.scan import SIZE

ORIENTATIONS = 1


class LearnedProximalGradient(nn.Module):
    """m = f(m - step * gradient), ten times, each with its own step and network."""

    def __init__(self):
        super().__init__()
        self.steps = nn.Parameter(torch.zeros(10))
        self.proxes = nn.ModuleList(ThreeConvolutions(1, 1) for _ in range(10))

    def forward(self, data):
        image = torch.zeros(1, 1, SIZE, SIZE)
        for step, prox in zip(self.steps, self.proxes, strict=True):
            moved = image - step * adjoint(forward(image) - data)
            image = moved + prox(moved)
        return image


# The reconstruction
reconstruction = reconstructed(LearnedProximalGradient(), mean_of_data, ORIENTATIONS)

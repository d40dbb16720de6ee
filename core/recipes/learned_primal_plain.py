"""Learned primal as published, with PyTorch, from image to reconstruction."""

import torch
from torch import nn

from core.recipes.blocks.mean_of_data import mean_of_data
from core.recipes.blocks.network_operators import adjoint, forward
from core.recipes.blocks.three_convolutions import ThreeConvolutions
from core.recipes.blocks.trained_network import reconstructed
from core.recipes.scan import SIZE

ORIENTATIONS = 1


class LearnedPrimal(nn.Module):
    """Image and memory change by f(m, memory, gradient of the misfit), ten times."""

    def __init__(self):
        super().__init__()
        self.updates = nn.ModuleList(ThreeConvolutions(6, 5) for _ in range(10))

    def forward(self, data):
        primal = torch.zeros(1, 5, SIZE, SIZE)
        for update in self.updates:
            primal = primal + update(primal, adjoint(forward(primal[:, :1]) - data))
        return primal[:, :1]


# The reconstruction
reconstruction = reconstructed(LearnedPrimal(), mean_of_data, ORIENTATIONS)

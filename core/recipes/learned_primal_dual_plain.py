"""Learned primal-dual as published, with PyTorch, from image to reconstruction."""

import torch
from torch import nn

from core.recipes.blocks.mean_of_data import mean_of_data
from core.recipes.blocks.network_operators import adjoint, forward
from core.recipes.blocks.three_convolutions import ThreeConvolutions
from core.recipes.blocks.trained_network import reconstructed
from core.recipes.scan import SIZE

ORIENTATIONS = 1


class LearnedPrimalDual(nn.Module):
    """Networks on five dual and five primal channels, ten times, from zero."""

    def __init__(self):
        super().__init__()
        self.dual_updates = nn.ModuleList(ThreeConvolutions(7, 5) for _ in range(10))
        self.updates = nn.ModuleList(ThreeConvolutions(6, 5) for _ in range(10))

    def forward(self, data):
        primal = torch.zeros(1, 5, SIZE, SIZE)
        dual = torch.zeros(1, 5, *data.shape[-2:])
        for dual_update, update in zip(self.dual_updates, self.updates, strict=True):
            dual = dual + dual_update(dual, forward(primal[:, 1:2]), data)
            primal = primal + update(primal, adjoint(dual[:, :1]))
        return primal[:, :1]


# The reconstruction
reconstruction = reconstructed(LearnedPrimalDual(), mean_of_data, ORIENTATIONS)

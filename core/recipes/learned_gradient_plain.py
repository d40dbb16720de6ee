"""Learned gradient descent as published, with PyTorch, from image to reconstruction."""

import torch
from torch import nn
from torch.nn import functional

from core.recipes.blocks.mean_of_data import mean_of_data
from core.recipes.blocks.network_operators import adjoint, fbp, forward
from core.recipes.blocks.three_convolutions import ThreeConvolutions
from core.recipes.blocks.trained_network import reconstructed
from core.recipes.scan import SIZE

ORIENTATIONS = 1


class LearnedGradient(nn.Module):
    """(change, memory) = f(m, both gradients, memory), then m - change, ten times."""

    def __init__(self):
        super().__init__()
        self.update = ThreeConvolutions(8, 6)

    def forward(self, data):
        image = fbp(data)
        memory = torch.zeros(1, 5, SIZE, SIZE)
        for _ in range(10):
            padded = functional.pad(image, (1, 1, 1, 1), mode="replicate")
            vertical = padded[..., :-2, 1:-1] + padded[..., 2:, 1:-1]
            horizontal = padded[..., 1:-1, :-2] + padded[..., 1:-1, 2:]
            smoothness = 4 * image - vertical - horizontal
            change = self.update(image, adjoint(forward(image) - data), smoothness, memory)
            image = image - change[:, :1]
            memory = torch.relu(change[:, 1:])
        return image


# The reconstruction
reconstruction = reconstructed(LearnedGradient(), mean_of_data, ORIENTATIONS)

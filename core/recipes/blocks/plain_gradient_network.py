"""The network of learned gradient descent as it was published."""

import torch
from torch import nn

from core.recipes.blocks.network_operators import adjoint, fbp, forward
from core.recipes.blocks.smoothness import smoothness
from core.recipes.blocks.three_convolutions import ThreeConvolutions
from core.recipes.scan import SIZE


class LearnedGradient(nn.Module):
    """(change, memory) = f(m, both gradients, memory), then m - change, ten times."""

    def __init__(self, sharp=False):
        super().__init__()
        self.sharp = sharp
        self.update = ThreeConvolutions(8 + sharp, 6)

    def forward(self, data):
        image = fbp(data)
        memory = torch.zeros(1, 5, SIZE, SIZE)
        for _ in range(10):
            residual = forward(image) - data
            seen = [image, adjoint(residual), smoothness(image), memory]
            if self.sharp:
                seen.append(fbp(residual))
            change = self.update(*seen)
            image = image - change[:, :1]
            memory = torch.relu(change[:, 1:])
        return image

"""The stages of learned gradient descent."""

import torch
from torch import nn
from torch.nn import functional

from core.recipes.blocks.network_operators import adjoint, fbp, forward
from core.recipes.blocks.small_unet import SmallUNet
from core.recipes.scan import SIZE


class LearnedGradient(nn.Module):
    """(change, memory) = f(m, gradients, memory), then m - change, six times."""

    def __init__(self):
        super().__init__()
        self.update = SmallUNet(9, 6, (32, 48, 64))

    def forward(self, data):
        image = fbp(data)
        memory = torch.zeros(1, 5, SIZE, SIZE)
        for _ in range(6):
            residual = forward(image) - data
            padded = functional.pad(image, (1, 1, 1, 1), mode="replicate")
            vertical = padded[..., :-2, 1:-1] + padded[..., 2:, 1:-1]
            horizontal = padded[..., 1:-1, :-2] + padded[..., 1:-1, 2:]
            smoothness = 4 * image - vertical - horizontal
            seen = [image, fbp(residual), adjoint(residual), smoothness, memory]
            change = self.update(torch.cat(seen, dim=1))
            image = image - change[:, :1]
            memory = torch.relu(change[:, 1:])
        return image

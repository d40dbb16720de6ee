"""The stages of learned gradient descent."""

import torch
from torch import nn

from core.recipes.blocks.network_operators import adjoint, fbp, forward
from core.recipes.blocks.small_unet import SmallUNet
from core.recipes.blocks.smoothness import smoothness
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
            seen = [image, fbp(residual), adjoint(residual), smoothness(image), memory]
            change = self.update(torch.cat(seen, dim=1))
            image = image - change[:, :1]
            memory = torch.relu(change[:, 1:])
        return image

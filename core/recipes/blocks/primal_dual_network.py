"""The stages of learned primal-dual."""

import torch
from torch import nn

from core.recipes.blocks.dual_update import DualUpdate
from core.recipes.blocks.network_operators import adjoint, fbp, forward
from core.recipes.blocks.small_unet import SmallUNet
from core.recipes.scan import SIZE


class LearnedPrimalDual(nn.Module):
    """Networks on the dual channels and on the image with its memory, stage by stage."""

    def __init__(self, stages=5):
        super().__init__()
        self.steps = nn.Parameter(torch.zeros(stages))
        self.dual_updates = nn.ModuleList(DualUpdate() for _ in range(stages))
        self.updates = nn.ModuleList(SmallUNet(7, 5, (32, 48, 64)) for _ in range(stages))

    def forward(self, data):
        image = fbp(data)
        steps, memory = self.begin()
        dual = torch.zeros(1, 4, *data.shape[-2:])
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

    def begin(self):
        """The steps, and the memory to start with."""
        return self.steps, torch.zeros(1, 4, SIZE, SIZE)

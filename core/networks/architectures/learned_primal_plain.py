"""Learned primal as published: the residual, carried back, and channels of memory.

    r = Gm − d,    (m, q) ← (m, q) + f_θₖ(m ⊕ q ⊕ Gᵀr)

⊕ stacks channels; q are four channels of memory; all begin at zero.

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018),
DOI 10.1109/TMI.2018.2799231.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import ThreeConvolutions
from core.networks.architectures.physics import Physics


class LearnedPrimalPlain(InversionNetwork):
    """Stages of three convolutions on the image, its memory, and the gradient of the misfit."""

    def __init__(self, stages: int = 10, primal: int = 5, width: int = 32) -> None:
        super().__init__()
        self.primal = primal
        self.updates = nn.ModuleList(
            ThreeConvolutions(primal + 1, primal, width) for _ in range(stages)
        )

    @property
    def stage_count(self) -> int:
        """One for each network."""
        return len(self.updates)

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield zero for scaled data (B, 1, angles, detectors), then the image of each stage."""
        primal = data.new_zeros(data.shape[0], self.primal, physics.size, physics.size)
        yield primal[:, :1]
        for update in self.updates:
            misfit = physics.adjoint(physics.forward(primal[:, :1].contiguous()) - data)
            primal = primal + update(torch.cat([primal, misfit], dim=1))
            yield primal[:, :1]

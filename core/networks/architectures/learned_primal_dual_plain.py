"""Learned primal-dual as published: small networks in data and in image space, from zero.

    y ← y + Γ_φₖ(y ⊕ Gm ⊕ d),    m ← m + f_θₖ(m ⊕ Gᵀy)

⊕ stacks channels; y and m have five each and begin at zero. G reads the second channel of m and
Gᵀ the first of y, and the image is the first channel of m. Every stage has its own weights.

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018),
DOI 10.1109/TMI.2018.2799231.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import ThreeConvolutions
from core.networks.architectures.physics import Physics


class LearnedPrimalDualPlain(InversionNetwork):
    """Stages of three convolutions on the dual channels and three on the primal ones."""

    def __init__(self, stages: int = 10, primal: int = 5, dual: int = 5, width: int = 32) -> None:
        super().__init__()
        self.primal = primal
        self.dual = dual
        self.dual_updates = nn.ModuleList(
            ThreeConvolutions(dual + 2, dual, width) for _ in range(stages)
        )
        self.updates = nn.ModuleList(
            ThreeConvolutions(primal + 1, primal, width) for _ in range(stages)
        )

    @property
    def stage_count(self) -> int:
        """One for each pair of networks."""
        return len(self.updates)

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield zero for scaled data (B, 1, angles, detectors), then the image of each stage."""
        primal = data.new_zeros(data.shape[0], self.primal, physics.size, physics.size)
        dual = data.new_zeros(data.shape[0], self.dual, *data.shape[-2:])
        yield primal[:, :1]
        for dual_update, update in zip(self.dual_updates, self.updates, strict=True):
            projected = physics.forward(primal[:, 1:2].contiguous())
            dual = dual + dual_update(torch.cat([dual, projected, data], dim=1))
            carried = physics.adjoint(dual[:, :1].contiguous())
            primal = primal + update(torch.cat([primal, carried], dim=1))
            yield primal[:, :1]

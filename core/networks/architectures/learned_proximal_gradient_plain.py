"""Learned proximal gradient of the lecture: a gradient step, a network for the prox, nothing else.

    m ← f_θₖ(m − τₖ ∇L(m)),    ∇L(m) = Gᵀ(Gm − d)

The network sees its argument alone. It starts as the identity, and the whole as gradient descent
from zero with steps of 1/‖G‖².

Source: after M. Mardani et al., Neural proximal gradient descent for compressive imaging, NeurIPS
2018, with the small networks of J. Adler and O. Öktem, DOI 10.1109/TMI.2018.2799231, and weights
of their own for each stage.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import ThreeConvolutions
from core.networks.architectures.physics import Physics


class LearnedProximalGradientPlain(InversionNetwork):
    """Stages of a gradient step, and of v + f_θ(v) with three convolutions for f_θ."""

    def __init__(self, stages: int = 10, width: int = 32) -> None:
        super().__init__()
        self.steps = nn.Parameter(torch.ones(stages))
        self.proxes = nn.ModuleList(ThreeConvolutions(1, 1, width) for _ in range(stages))

    @property
    def stage_count(self) -> int:
        """One for each network."""
        return len(self.proxes)

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield zero for scaled data (B, 1, angles, detectors), then the image of each stage."""
        image = data.new_zeros(data.shape[0], 1, physics.size, physics.size)
        yield image
        for step, prox in zip(self.steps, self.proxes, strict=True):
            moved = image - step * physics.adjoint(physics.forward(image) - data)
            image = moved + prox(moved)
            yield image

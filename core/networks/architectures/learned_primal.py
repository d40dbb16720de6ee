"""Learned primal: learned primal-dual whose dual variable is the residual itself.

    r = Gm − d,    m ⊕ q ← (m − τₖ FBP(r)) ⊕ q + f_θₖ(m ⊕ FBP(r) ⊕ Gᵀr ⊕ q)

⊕ stacks channels; q are channels of memory; the weights differ between stages. The published one
has no FBP inside (`learned_primal_plain`).

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018),
DOI 10.1109/TMI.2018.2799231.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import SmallUNet
from core.networks.architectures.physics import Physics


class LearnedPrimal(InversionNetwork):
    """Stages that update an image and its memory from the residual carried back.

    Gᵀr enters plainly and sharpened to an FBP, and each stage starts as a step along the latter.
    """

    def __init__(
        self, stages: int = 5, memory: int = 4, widths: Sequence[int] = (32, 48, 64)
    ) -> None:
        super().__init__()
        self.memory = memory
        self.steps = nn.Parameter(torch.full((stages,), 0.1))
        self.updates = nn.ModuleList(
            SmallUNet(3 + memory, 1 + memory, widths) for _ in range(stages)
        )

    @property
    def stage_count(self) -> int:
        """One for each network."""
        return len(self.steps)

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield the FBP of scaled data (B, 1, angles, detectors), then the image of each stage."""
        image = physics.fbp(data)
        memory = image.new_zeros(image.shape[0], self.memory, *image.shape[-2:])
        yield image
        for step, update in zip(self.steps, self.updates, strict=True):
            residual = physics.forward(image) - data
            sharp = physics.fbp(residual)
            seen = torch.cat([image, sharp, physics.adjoint(residual), memory], dim=1)
            change = update(seen)
            image = image - step * sharp + change[:, :1]
            memory = memory + change[:, 1:]
            yield image

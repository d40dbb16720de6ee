"""Learned proximal gradient: a gradient step on the misfit, then a network in place of the prox.

    m ← f_θ(m − α ∇L(m)),    ∇L(m) = Gᵀ F (Gm − d)

α and f_θ are learned for every stage. F is the ramp filter: L is the misfit in its norm,
½⟨Gm − d, F(Gm − d)⟩, whose gradient is the FBP of the residual, so that one step goes as far as
many of the plain gradient. With f_θ the identity this is gradient descent on that misfit.

Source: M. Mardani et al., Neural proximal gradient descent for compressive imaging, NeurIPS 2018;
J. Adler and O. Öktem, DOI 10.1109/TMI.2018.2799231, for weights that differ between stages.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import SmallUNet
from core.networks.architectures.physics import Physics


class LearnedProximalGradient(InversionNetwork):
    """Stages of a step along the FBP of the residual and a network that sees where it led.

    f_θ(z) = z + U-Net(z, ∇L, Gᵀr): the network also sees the step itself, both ways.
    """

    def __init__(self, stages: int = 5, widths: Sequence[int] = (32, 48, 64)) -> None:
        super().__init__()
        self.steps = nn.Parameter(torch.full((stages,), 0.1))
        self.proxes = nn.ModuleList(SmallUNet(3, 1, widths) for _ in range(stages))

    @property
    def stage_count(self) -> int:
        """One for each network."""
        return len(self.proxes)

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield the FBP of scaled data (B, 1, angles, detectors), then the image of each stage."""
        image = physics.fbp(data)
        yield image
        for step, prox in zip(self.steps, self.proxes, strict=True):
            residual = physics.forward(image) - data
            gradient = physics.fbp(residual)
            moved = image - step * gradient
            seen = torch.cat([moved, gradient, physics.adjoint(residual)], dim=1)
            image = moved + prox(seen)
            yield image

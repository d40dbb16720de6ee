"""Learned proximal gradient: a gradient step on the misfit, then a network in place of the prox.

    r = Gm − d,    v = m − τₖ FBP(r),    m ← v + f_θₖ(v ⊕ FBP(r) ⊕ Gᵀr)

τₖ and f_θₖ are learned for every stage. FBP(r) is the gradient of a misfit in the norm of the ramp
filter F, ½⟨r, Fr⟩, so that one step goes as far as many of the plain gradient. With f_θₖ = 0 this
is gradient descent on that misfit.

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

    The network also sees the residual, both ways, and not its argument alone as a prox does.
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

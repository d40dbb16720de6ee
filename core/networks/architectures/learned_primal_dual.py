"""Learned primal-dual: networks on both sides of the scan, in data and in image space.

    y ← y + Γ_φₖ(y ⊕ Gm ⊕ d),    r = Gm − d,    s = FBP(r + y₁),    g = Gᵀ(r + y₂)
    m ⊕ q ← (m − τₖ s) ⊕ q + f_θₖ(m ⊕ s ⊕ g ⊕ q)

⊕ stacks channels; y has several, q are channels of memory, and the weights differ between stages.
The published one has no FBP inside (`learned_primal_dual_plain`).

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018),
DOI 10.1109/TMI.2018.2799231.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import SmallUNet, convolution, zeroed
from core.networks.architectures.physics import Physics


class DualUpdate(nn.Module):
    """Three convolutions on sinograms; what they add is zero at the start of training."""

    def __init__(self, channels: int, width: int, slope: float = 0.0) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(channels + 2, width),
            nn.LeakyReLU(slope),
            convolution(width, width),
            nn.LeakyReLU(slope),
            zeroed(convolution(width, channels)),
        )

    def forward(self, dual: Tensor, projected: Tensor, data: Tensor) -> Tensor:
        """The change of the dual channels (B, channels, angles, detectors)."""
        change: Tensor = self.layers(torch.cat([dual, projected, data], dim=1))
        return change


class LearnedPrimalDual(InversionNetwork):
    """Stages on dual channels and on the image with its memory, as in `LearnedPrimal`.

    Two dual channels are carried back, the first sharpened to an FBP and the second plainly;
    each is measured from the residual Gm − d, so that with dual networks of zero this is the
    learned primal. The networks on images work on pixels folded 2 × 2; with `fine` > 0, three more
    convolutions of this width work on single pixels. With `slope` > 0 the ReLUs are leaky.
    """

    def __init__(
        self,
        stages: int = 5,
        memory: int = 4,
        dual: int = 4,
        widths: Sequence[int] = (32, 48, 64),
        dual_width: int = 24,
        fine: int = 0,
        slope: float = 0.0,
    ) -> None:
        super().__init__()
        self.memory = memory
        self.dual = dual
        self.steps = nn.Parameter(torch.full((stages,), 0.1))
        self.dual_updates = nn.ModuleList(
            DualUpdate(dual, dual_width, slope) for _ in range(stages)
        )
        self.updates = nn.ModuleList(
            SmallUNet(3 + memory, 1 + memory, widths, fine=fine, slope=slope) for _ in range(stages)
        )

    @property
    def stage_count(self) -> int:
        """One for each pair of networks."""
        return len(self.steps)

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield the FBP of scaled data (B, 1, angles, detectors), then the image of each stage."""
        image = physics.fbp(data)
        steps, memory = self._begin(physics, image)
        dual = data.new_zeros(data.shape[0], self.dual, *data.shape[-2:])
        yield image
        parts = zip(steps, self.dual_updates, self.updates, strict=True)
        for step, dual_update, update in parts:
            projected = physics.forward(image)
            dual = dual + dual_update(dual, projected, data)
            residual = projected - data
            sharp = physics.fbp(residual + dual[:, :1])
            plain = physics.adjoint(residual + dual[:, 1:2])
            change = update(torch.cat([image, sharp, plain, memory], dim=1))
            image = image - step * sharp + change[:, :1]
            memory = memory + change[:, 1:]
            yield image

    def _begin(self, physics: Physics, image: Tensor) -> tuple[Tensor, Tensor]:
        """The steps (stages,), and the memory (B, channels, size, size) to start with: 0."""
        del physics  # The same steps for every scan.
        shape = (image.shape[0], self.memory, *image.shape[-2:])
        return self.steps, image.new_zeros(shape)

"""Learned gradient descent: a network decides the step, given the gradient and its memory.

    r = Gm − d,    (Δm, q) ← f_θ(m, FBP(r), Gᵀr, ∇R(m), q),    m ← m − Δm

with R(m) = ½‖∇m‖², a memory q, the same weights in every iteration, and a start at FBP. The
published one has no FBP inside (`learned_gradient_plain`).

Source: J. Adler and O. Öktem, Solving ill-posed inverse problems using iterative deep neural
networks, Inverse Problems 33 (2017), DOI 10.1088/1361-6420/aa9581.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import SmallUNet
from core.networks.architectures.physics import Physics


class LearnedGradient(InversionNetwork):
    """Iterations of one shared network that sees the image, both gradients and its memory.

    The gradient of the misfit comes twice, as Gᵀr and sharpened to the FBP of r: the second
    points where the first would only after many iterations.
    """

    def __init__(
        self, iterations: int = 6, memory: int = 5, widths: Sequence[int] = (32, 48, 64)
    ) -> None:
        super().__init__()
        self.iterations = iterations
        self.memory = memory
        self.update = SmallUNet(4 + memory, 1 + memory, widths)

    @property
    def stage_count(self) -> int:
        """The iterations."""
        return self.iterations

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield the FBP of scaled data (B, 1, angles, detectors), then each iterate."""
        image = physics.fbp(data)
        memory = image.new_zeros(image.shape[0], self.memory, *image.shape[-2:])
        yield image
        for _ in range(self.iterations):
            residual = physics.forward(image) - data
            gradients = (
                physics.fbp(residual),
                physics.adjoint(residual),
                dirichlet_gradient(image),
            )
            change = self.update(torch.cat([image, *gradients, memory], dim=1))
            image = image - change[:, :1]
            memory = functional.relu(change[:, 1:])
            yield image


def dirichlet_gradient(image: Tensor) -> Tensor:
    """The gradient of ½‖∇m‖², which is −Δm, with differences of zero across the border."""
    padded = functional.pad(image, (1, 1, 1, 1), mode="replicate")
    around = (padded[..., :-2, 1:-1] + padded[..., 2:, 1:-1] + padded[..., 1:-1, :-2]) + padded[
        ..., 1:-1, 2:
    ]
    return 4 * image - around

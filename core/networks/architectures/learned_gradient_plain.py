"""Learned gradient descent as published: a small network decides the step from both gradients.

    (Δm, q) ← f_θ(m, ∇L(m), ∇R(m), q),    m ← m − Δm

with L(m) = ½‖Gm − d‖², R(m) = ½‖∇m‖², the memory q, the same weights in every iteration, and a
start at FBP. No FBP is inside: the network meets the residual as Gᵀ(Gm − d) only. With `sharp` it
meets FBP(Gm − d) too, and nothing else is changed: the difference is what an FBP inside buys.

Source: J. Adler and O. Öktem, Solving ill-posed inverse problems using iterative deep neural
networks, Inverse Problems 33 (2017), DOI 10.1088/1361-6420/aa9581; 13 318 weights there. The
two activations are PReLU here, of one weight each.
"""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import ThreeConvolutions
from core.networks.architectures.learned_gradient import dirichlet_gradient
from core.networks.architectures.physics import Physics


class LearnedGradientPlain(InversionNetwork):
    """Iterations of one shared network of three convolutions."""

    def __init__(
        self, iterations: int = 10, memory: int = 5, width: int = 32, *, sharp: bool = False
    ) -> None:
        super().__init__()
        self.iterations = iterations
        self.memory = memory
        self.sharp = sharp
        self.update = ThreeConvolutions(3 + memory + sharp, 1 + memory, width)

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
            seen = [image, physics.adjoint(residual), dirichlet_gradient(image), memory]
            if self.sharp:
                seen.append(physics.fbp(residual))
            change = self.update(torch.cat(seen, 1))
            image = image - change[:, :1]
            memory = functional.relu(change[:, 1:])
            yield image

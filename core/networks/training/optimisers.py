"""The optimisers of a training: Adam, or Muon for convolutions and Adam for all else.

Adam scales each weight's step by the size of its own gradients. Muon sees the kernels of a
convolution as one matrix, from all inputs to all outputs, and steps by the orthogonal matrix next
to its averaged gradient: every direction of the matrix is stepped in by as much, and not only the
few that the gradient is large in. Its steps are scaled to be about as long as Adam's.

Sources: D. P. Kingma and J. Ba, Adam, ICLR 2015, arXiv:1412.6980; K. Jordan et al., Muon (2024),
https://kellerjordan.github.io/posts/muon/; J. Liu et al., Muon is scalable for LLM training (2025),
arXiv:2502.16982, for the length of a step.
"""

from collections.abc import Iterator
from typing import Literal

import torch
from torch import Tensor, nn

OptimiserName = Literal["adam", "muon"]

BETAS = (0.9, 0.99)
"""Adam's."""

MOMENTUM = 0.95
"""Muon's."""

AVERAGE = 0.998
"""How much of the averaged weights survives a step."""

WARM_UP = 100
"""Steps in which the learning rate rises to its value."""

CLIP = 1.0
"""The largest norm of a gradient."""

WORDS: dict[OptimiserName, str] = {
    "adam": f"Adam, β = {BETAS}",
    "muon": f"Muon, momentum {MOMENTUM:g}, for convolutions, and Adam, β = {BETAS}, for all else",
}


def optimiser_text(name: OptimiserName) -> str:
    """What model cards say of an optimiser and of what stays the same in every training."""
    return (
        f"{WORDS[name]}, {WARM_UP} steps of warm-up, then half a cosine to 0; gradients clipped at "
        f"norm {CLIP:g}; the moving average of the weights ({AVERAGE} a step) is kept"
    )


class NetworkOptimiser:
    """Steps of an optimiser on all weights of a network, which must keep their storage.

    Convolutions are to be laid out by `channels_last`: Muon works on views of their kernels.
    """

    def __init__(
        self,
        network: nn.Module,
        name: OptimiserName,
        betas: tuple[float, float] = BETAS,
    ) -> None:
        self.name = name
        kernels = list(_kernels(network)) if name == "muon" else []
        taken = set(map(id, kernels))
        rest = [weight for weight in network.parameters() if id(weight) not in taken]
        self._pairs = [(kernel, _matrix(kernel.detach())) for kernel in kernels]
        if any(matrix.data_ptr() != kernel.data_ptr() for kernel, matrix in self._pairs):
            raise ValueError("The network is not laid out by channels_last.")
        self._optimisers: list[torch.optim.Optimizer] = []
        if rest:
            self._optimisers.append(torch.optim.Adam(rest, betas=betas))
        if kernels:
            muon = torch.optim.Muon(
                [matrix for _, matrix in self._pairs],
                momentum=MOMENTUM,
                weight_decay=0.0,
                adjust_lr_fn="match_rms_adamw",
            )
            self._optimisers.append(muon)

    def step(self, rate: float) -> None:
        """Step along the gradients at this learning rate, and forget them."""
        for kernel, matrix in self._pairs:
            matrix.grad = None if kernel.grad is None else _matrix(kernel.grad)
            kernel.grad = None
        for optimiser in self._optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.step()
            optimiser.zero_grad()

    def moments(self) -> dict[str, Tensor]:
        """What the optimisers remember of earlier gradients, as tensors with names."""
        return {
            f"{index}/{weight}/{name}": value
            for index, optimiser in enumerate(self._optimisers)
            for weight, remembered in optimiser.state_dict()["state"].items()
            for name, value in remembered.items()
        }

    def load_moments(self, moments: dict[str, Tensor]) -> None:
        """Take up the `moments` of the same optimiser on the same network."""
        for index, optimiser in enumerate(self._optimisers):
            state: dict[int, dict[str, Tensor]] = {}
            for key, value in moments.items():
                which, weight, name = key.split("/")
                if int(which) == index:
                    state.setdefault(int(weight), {})[name] = value
            optimiser.load_state_dict({**optimiser.state_dict(), "state": state})


def _kernels(network: nn.Module) -> Iterator[Tensor]:
    """The kernels of all convolutions, plain and transposed."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            yield module.weight


def _matrix(kernels: Tensor) -> Tensor:
    """Kernels (a, b, H, W) as (a, H · W · b): a view where they are laid out channels last."""
    return kernels.permute(0, 2, 3, 1).flatten(1)

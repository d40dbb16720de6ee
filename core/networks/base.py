"""What every network that inverts a scan has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TypeVar

import torch
from torch import Tensor, nn

from core.networks.physics import Physics

Network = TypeVar("Network", bound=nn.Module)


class InversionNetwork(nn.Module, ABC):
    """A network from scaled data (B, 1, angles, detectors) to images (B, 1, size, size)."""

    @abstractmethod
    def stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield the starting image, the image after each stage, and so last the result."""


def channels_last(network: Network) -> Network:
    """The network with its weights laid out as convolutions on a CPU like them, in place."""
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network

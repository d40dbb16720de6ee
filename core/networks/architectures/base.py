"""What every network that inverts a scan has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Self, TypeVar, final

import torch
from torch import Tensor, nn

from core.networks.architectures.physics import Physics
from core.networks.architectures.units import Unit

Network = TypeVar("Network", bound=nn.Module)


class InversionNetwork(nn.Module, ABC):
    """A network from scaled data (B, 1, angles, detectors) to images (B, 1, size, size).

    With a `unit` the data are divided by it, and the images are multiplied with it: c·d then gives
    c·m̂. It should bring images to about 1.
    """

    unit: Unit | None = None

    @property
    @abstractmethod
    def stage_count(self) -> int:
        """How many images follow the starting image."""

    @final
    def stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield the starting image, the image after each stage, and so last the result."""
        if self.unit is None:
            yield from self._stages(physics, data)
            return
        scale = self.unit(physics, data)
        for image in self._stages(physics, data / scale):
            yield scale * image

    @final
    def in_units(self, unit: Unit) -> Self:
        """Give the network a unit, in place."""
        self.unit = unit
        return self

    @abstractmethod
    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """The images as they come, in the units of the data."""


def channels_last(network: Network) -> Network:
    """The network with its weights laid out as convolutions on a CPU like them, in place."""
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network

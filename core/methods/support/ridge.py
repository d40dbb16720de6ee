"""The learned convex ridge regulariser on images that are NumPy arrays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.array_types import Float32Array, Image

if TYPE_CHECKING:
    from core.networks.architectures.convex_ridge import ConvexRidge


@dataclass(frozen=True, kw_only=True, eq=False)
class Ridge:
    """R and ∇R of images (size, size), float32; ∇R is 1-Lipschitz."""

    network: "ConvexRidge"

    def value(self, image: Image) -> float:
        """R(m)."""
        import torch

        with torch.inference_mode():
            return float(self.network.value(torch.tensor(image)[None, None]))

    def gradient(self, image: Image) -> Float32Array:
        """∇R(m) (size, size)."""
        import torch

        with torch.inference_mode():
            return self.network.gradient(torch.tensor(image)[None, None])[0, 0].numpy()


def trained_ridge() -> Ridge:
    """The regulariser among the weights; raise `InputError` when its file is missing or damaged."""
    from core.networks import weights
    from core.networks.architectures.convex_ridge import ConvexRidge

    network = weights.load("convex_ridge").network
    if not isinstance(network, ConvexRidge):
        raise TypeError("convex_ridge is no convex ridge regulariser.")
    return Ridge(network=network)

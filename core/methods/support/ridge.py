"""The learned convex ridge regulariser on images that are NumPy arrays."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from core.array_types import Float32Array, Image

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks.architectures.convex_ridge import ConvexRidge


@dataclass(frozen=True, kw_only=True, eq=False)
class Ridge:
    """R and ∇R of images (size, size), float32; ∇R is 1-Lipschitz.

    Filters and their adjoints are PyTorch's convolutions; the potentials are compiled here, since
    with PyTorch's table look-ups ∇R takes twice as long, and R four times.
    """

    network: "ConvexRidge"

    def value(self, image: Image) -> float:
        """R(m)."""
        return float(_values(self._responses(image).numpy()[0], *self._tables, self._length))

    def gradient(self, image: Image) -> Float32Array:
        """∇R(m) (size, size)."""
        responses = self._responses(image)
        _differentiate(responses.numpy()[0], *self._tables, self._length)
        return self._adjoint(responses)

    def curvature(self, image: Image, direction: Image) -> Float32Array:
        """∇²R(m) v = Wᵀ(ψ″(Wm) Wv) (size, size), for a direction v."""
        responses, turned = self._responses(image), self._responses(direction)
        _curve(responses.numpy()[0], turned.numpy()[0], self._tables[0], self._length)
        return self._adjoint(turned)

    def _responses(self, image: Image) -> "Tensor":
        import torch
        from torch.nn import functional

        filters = self._filters
        with torch.inference_mode():
            return functional.conv2d(
                torch.tensor(image)[None, None], filters, padding=filters.shape[-1] // 2
            )

    def _adjoint(self, responses: "Tensor") -> Float32Array:
        import torch
        from torch.nn import functional

        filters = self._filters
        with torch.inference_mode():
            back = functional.conv_transpose2d(responses, filters, padding=filters.shape[-1] // 2)
        image: Float32Array = back[0, 0].numpy()
        return image

    @cached_property
    def _filters(self) -> "Tensor":
        return self.network.filters.detach()

    @cached_property
    def _tables(self) -> tuple[Float32Array, Float32Array]:
        """ψ″ between the knots, and ψ′ at them, (filters, knots + 1)."""
        slopes = self.network.slopes.detach().numpy()
        slopes = np.pad(slopes, ((0, 0), (0, 1)))
        rises = np.pad(self._length * np.cumsum(slopes[:, :-1], axis=1), ((0, 0), (1, 0)))
        return slopes.astype(np.float32), rises.astype(np.float32)

    @cached_property
    def _length(self) -> np.float32:
        from core.networks.architectures.convex_ridge import REACH

        return np.float32(REACH / self.network.slopes.shape[1])


@njit(nogil=True, cache=True)
def _differentiate(responses: Any, slopes: Any, rises: Any, length: Any) -> None:
    """Replace responses (filters, rows, columns) by ψ′ of them."""
    last = slopes.shape[1] - 1
    for f in range(responses.shape[0]):
        for row in range(responses.shape[1]):
            line = responses[f, row]
            for column in range(line.shape[0]):
                t = line[column]
                magnitude = abs(t)
                knot = min(int(magnitude / length), last)
                rise = rises[f, knot] + slopes[f, knot] * (magnitude - np.float32(knot) * length)
                line[column] = rise if t > 0 else -rise


@njit(nogil=True, cache=True)
def _curve(responses: Any, directions: Any, slopes: Any, length: Any) -> None:
    """Multiply directions (filters, rows, columns) by ψ″ of the responses, of the same shape."""
    last = slopes.shape[1] - 1
    for f in range(responses.shape[0]):
        for row in range(responses.shape[1]):
            for column in range(responses.shape[2]):
                knot = min(int(abs(responses[f, row, column]) / length), last)
                directions[f, row, column] *= slopes[f, knot]


@njit(nogil=True, cache=True)
def _values(responses: Any, slopes: Any, rises: Any, length: Any) -> float:
    """The sum of ψ over responses (filters, rows, columns)."""
    last = slopes.shape[1] - 1
    total = 0.0
    for f in range(responses.shape[0]):
        areas = np.zeros(last + 1)
        for knot in range(last):
            areas[knot + 1] = areas[knot] + 0.5 * length * (rises[f, knot] + rises[f, knot + 1])
        for row in range(responses.shape[1]):
            line = responses[f, row]
            for column in range(line.shape[0]):
                magnitude = abs(line[column])
                knot = min(int(magnitude / length), last)
                beyond = magnitude - np.float32(knot) * length
                total += areas[knot] + (rises[f, knot] + 0.5 * slopes[f, knot] * beyond) * beyond
    return total


def trained_ridge() -> Ridge:
    """The regulariser among the weights; raise `InputError` when its file is missing or damaged."""
    from core.networks import weights
    from core.networks.architectures.convex_ridge import ConvexRidge

    network = weights.load("convex_ridge").network
    if not isinstance(network, ConvexRidge):
        raise TypeError("convex_ridge is no convex ridge regulariser.")
    return _ridge_of(network)


@lru_cache(maxsize=2)
def _ridge_of(network: "ConvexRidge") -> Ridge:
    return Ridge(network=network)

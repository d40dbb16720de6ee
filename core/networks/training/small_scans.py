"""What the small network of *Train one now* is given: heads under its scan, with noise or without.

    d = Gm + n,    n ~ N(0, σ² I),    σ = level · mean |Gm|

The noise of a head is drawn once, as a scanner would have it: each is measured one time only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

from core.array_types import Image
from core.networks.architectures.physics import Physics


@dataclass(frozen=True, kw_only=True, eq=False)
class SmallScans:
    """Heads (count, 1, size, size), `clean` and noisy data (count, 1, views, detectors), their FBP.

    Data are in the units of `Physics`, and so is `sigma` (count, 1, 1, 1), the standard deviation
    of their noise.
    """

    truths: Tensor
    clean: Tensor
    data: Tensor
    sigma: Tensor
    starts: Tensor

    @classmethod
    def of(cls, physics: Physics, heads: Image, level: float, seeds: Sequence[int]) -> Self:
        """Scan heads (count, size, size), with noise of `level` that `seeds` draw."""
        truths = torch.tensor(heads)[:, None]  # a copy: what is kept for others is read-only
        clean = physics.forward(truths)
        sigma = level * clean.abs().mean((1, 2, 3), keepdim=True)
        random = np.random.Generator(np.random.PCG64(seeds))
        data = clean + sigma * torch.from_numpy(random.standard_normal(clean.shape, np.float32))
        return cls(truths=truths, clean=clean, data=data, sigma=sigma, starts=physics.fbp(data))

    def take(self, which: np.ndarray | slice) -> Self:
        """Some of them."""
        return type(self)(
            truths=self.truths[which],
            clean=self.clean[which],
            data=self.data[which],
            sigma=self.sigma[which],
            starts=self.starts[which],
        )

"""Training a convex ridge regulariser: its descent from a noisy patch should end at the clean one.

    min over filters, potentials and λ of the mean of ‖x̂ − x‖₁,
    x̂ ≈ argmin ½‖x̂ − y‖² + λR(x̂),    y = x + n

Source: A. Goujon et al., IEEE Trans. Comput. Imaging 9 (2023), DOI 10.1109/TCI.2023.3306100.
"""

from dataclasses import dataclass
from typing import Any, final

import numpy as np
import torch
from torch import Tensor

from core.networks.architectures.convex_ridge import ConvexRidge
from core.networks.data.heads import AUGMENTATION, SHARES, patches, people_seen, validation_images
from core.networks.training.training_objectives import VALIDATED, NoisyBatch, TrainingObjective


@final
@dataclass(frozen=True)
class RidgeDenoising(TrainingObjective[ConvexRidge, NoisyBatch]):
    """Patches of heads with white noise of one level."""

    side: int = 40
    sigma: float = 0.05

    def batch(self, random: np.random.Generator, count: int, progress: float) -> NoisyBatch:
        """Draw patches and noise."""
        truths = patches(random, self.side, count, (160, 320, 320))
        return self._noisy(random, truths)

    def loss(self, network: ConvexRidge, batch: NoisyBatch) -> Tensor:
        """The mean absolute error after the descent, in units of the noise."""
        loss: Tensor = (network(batch.noisy) - batch.truths).abs().mean() / self.sigma
        return loss

    def validate(self, network: ConvexRidge) -> dict[str, float]:
        """PSNR on held-out heads at the level of the training."""
        batch = self._noisy(np.random.default_rng(1), validation_images(160, VALIDATED))
        error = (network(batch.noisy) - batch.truths).square().mean((1, 2, 3))
        return {f"σ = {self.sigma}": float(-10 * error.log10().mean())}

    @property
    def card(self) -> dict[str, Any]:
        """Data and range."""
        return {
            "data": "patches of heads of assets/training.h5, moved, warped, recoloured",
            "people": people_seen(SHARES),
            "augmentation": AUGMENTATION,
            "loss": "mean |x̂ − x| after 10 steps of Nesterov's descent",
            "validation": f"PSNR, mean of {VALIDATED} slices",
            "scan": f"none; white noise of standard deviation {self.sigma}",
            "range": {"images": "heads", "sigma": [self.sigma, self.sigma]},
        }

    def _noisy(self, random: np.random.Generator, truths: Tensor) -> NoisyBatch:
        grain = torch.from_numpy(random.standard_normal(truths.shape, np.float32))
        sigma = torch.full((len(truths),), self.sigma)
        return NoisyBatch(truths + self.sigma * grain, sigma, truths)

"""What a network is trained to do: where its batches come from, its loss, and its score."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, final

import numpy as np
import torch
from torch import Tensor, nn

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.denoiser import Denoiser
from core.networks.architectures.physics import Physics
from core.networks.data.heads import AUGMENTATION, SHARES, patches, people_seen, validation_images

Net = TypeVar("Net", bound=nn.Module)
Batch = TypeVar("Batch")

STAGE_WEIGHT = 0.3
"""Each stage counts this much of the next one in the loss; the last counts 1."""

VALIDATED = 4
"""The number of held-out slices of heads that a score is the mean of."""

STAGES_LOSS = (
    f"ln(‖m̂ − m‖² / ‖m‖²) of the image of each stage, each weighing {STAGE_WEIGHT:g} of the next"
)


class TrainingObjective(ABC, Generic[Net, Batch]):
    """Batches, loss and validation of one kind of training."""

    @abstractmethod
    def batch(self, random: np.random.Generator, count: int, progress: float) -> Batch:
        """Draw `count` samples; `progress` in [0, 1] is how far the training is."""

    @abstractmethod
    def loss(self, network: Net, batch: Batch) -> Tensor:
        """The loss, a scalar."""

    @abstractmethod
    def validate(self, network: Net) -> dict[str, float]:
        """Scores on held-out images, in dB."""

    @property
    @abstractmethod
    def card(self) -> dict[str, Any]:
        """What the model card says of data, augmentation, loss and scan.

        `range` is what the network has seen, in the names of the scan's parameters; `validation`
        says what the scores measure, and on how many images; `people` whose heads the training has.
        """


def log_error(images: Tensor, truths: Tensor) -> Tensor:
    """The mean over a batch of ln(‖x̂ − x‖² / ‖x‖²): minus the SNR but for a factor."""
    error = (images - truths).square().sum((1, 2, 3)) + 1e-8
    return (error / truths.square().sum((1, 2, 3))).log().mean()


def snr(images: Tensor, truths: Tensor) -> float:
    """The mean signal-to-noise ratio of a batch in dB."""
    return float(-10 / np.log(10) * log_error(images, truths).detach())


@dataclass(frozen=True)
class ScanBatch:
    """Truths (B, 1, size, size), their scaled noisy data, and the scan."""

    physics: Physics
    data: Tensor
    truths: Tensor


def last_snr(network: InversionNetwork, scans: Mapping[str, ScanBatch]) -> dict[str, float]:
    """The mean signal-to-noise ratio in dB of the last stage's images, scan by scan."""
    return {
        name: snr(list(network.stages(scan.physics, scan.data))[-1], scan.truths)
        for name, scan in scans.items()
    }


def stages_error(network: InversionNetwork, batch: ScanBatch) -> Tensor:
    """The logarithmic error of every stage, each weighing less than the next."""
    images = list(network.stages(batch.physics, batch.data))[1:]
    weights = [STAGE_WEIGHT ** (len(images) - 1 - k) for k in range(len(images))]
    terms = [
        weight * log_error(image, batch.truths)
        for weight, image in zip(weights, images, strict=True)
    ]
    return torch.stack(terms).sum()


def noisy(random: np.random.Generator, data: Tensor, level: float) -> Tensor:
    """Data with Gaussian noise of `level` times the mean of |d|, sample by sample."""
    deviation = level * data.abs().mean((1, 2, 3), keepdim=True)
    return data + deviation * torch.from_numpy(random.standard_normal(data.shape, np.float32))


@dataclass(frozen=True)
class NoisyBatch:
    """Truths (B, 1, H, W), with noise, and its standard deviation (B,)."""

    noisy: Tensor
    sigma: Tensor
    truths: Tensor


@final
@dataclass(frozen=True)
class Denoising(TrainingObjective[Denoiser, NoisyBatch]):
    """Patches of heads with white noise of any level up to `strongest`."""

    side: int = 64
    weakest: float = 0.002
    strongest: float = 0.25

    def batch(self, random: np.random.Generator, count: int, progress: float) -> NoisyBatch:
        """Draw patches and a level of noise for each, evenly on a logarithmic scale."""
        truths = patches(random, self.side, count, (160, 320, 320))
        levels = np.exp(random.uniform(np.log(self.weakest), np.log(self.strongest), count))
        sigma = torch.from_numpy(levels.astype(np.float32))
        grain = torch.from_numpy(random.standard_normal(truths.shape, np.float32))
        return NoisyBatch(truths + sigma[:, None, None, None] * grain, sigma, truths)

    def loss(self, network: Denoiser, batch: NoisyBatch) -> Tensor:
        """The mean over the batch of ln(MSE / σ²), floored where nothing can be removed."""
        error = (network(batch.noisy, batch.sigma) - batch.truths).square().mean((1, 2, 3))
        loss: Tensor = (error / batch.sigma.square() + 1e-3).log().mean()
        return loss

    def validate(self, network: Denoiser) -> dict[str, float]:
        """PSNR on held-out heads at three levels of noise."""
        truths = validation_images(320, VALIDATED)
        random = np.random.default_rng(1)
        scores = {}
        for sigma in (0.01, 0.05, 0.15):
            grain = torch.from_numpy(random.standard_normal(truths.shape, np.float32))
            error = (network(truths + sigma * grain, sigma) - truths).square().mean((1, 2, 3))
            scores[f"σ = {sigma}"] = float(-10 * error.log10().mean())
        return scores

    @property
    def card(self) -> dict[str, Any]:
        """Data and range."""
        return {
            "data": "patches of heads of assets/training.h5, moved, warped, recoloured",
            "people": people_seen(SHARES),
            "augmentation": AUGMENTATION,
            "loss": "ln(MSE / σ² + 0.001)",
            "validation": f"PSNR, mean of {VALIDATED} slices",
            "scan": f"none; white noise of standard deviation {self.weakest} to {self.strongest}",
            "range": {"images": "heads", "sigma": [self.weakest, self.strongest]},
        }

"""Training on heads under the lecture's scan, and a few others."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, final

import numpy as np
import torch
from torch import Tensor

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.physics import Physics
from core.networks.data.heads import AUGMENTATION, random_images, validation_images
from core.networks.training.training_objectives import (
    STAGES_LOSS,
    VALIDATED,
    ScanBatch,
    TrainingObjective,
    noisy,
    snr,
    stages_error,
)
from core.projection.projector import make_projector


@final
@dataclass(frozen=True)
class HeadScans(TrainingObjective[InversionNetwork, ScanBatch]):
    """Heads under the lecture's scan, mostly: other numbers of views are mixed in.

    The first part of the training sees images of half the side with half the views and
    detectors: the artefacts look the same to a convolution, and a step costs a quarter.
    """

    size: int = 320
    angles: int = 41
    other_angles: tuple[int, ...] = (20, 30, 60, 90)
    others: float = 0.15
    small_part: float = 0.75
    noise: float = 0.03
    _physics: dict[tuple[int, int], Physics] = field(default_factory=dict, compare=False)

    def batch(self, random: np.random.Generator, count: int, progress: float) -> ScanBatch:
        """Draw images, a scan and a level of noise."""
        halved = 2 if progress < self.small_part else 1
        angles = self.angles
        if random.random() < self.others:
            angles = int(random.choice(self.other_angles))
        physics = self.physics(self.size // halved, -(-angles // halved))
        truths = random_images(random, self.size // halved, count)
        kind = random.random()
        level = 0.0 if kind < 0.35 else random.uniform(0, self.noise if kind < 0.5 else 0.015)
        return ScanBatch(physics, noisy(random, physics.forward(truths), level), truths)

    def loss(self, network: InversionNetwork, batch: ScanBatch) -> Tensor:
        """The logarithmic error of every stage, each weighing less than the next."""
        return stages_error(network, batch)

    def validate(self, network: InversionNetwork) -> dict[str, float]:
        """SNR on held-out heads under the lecture's scan, without noise and with 1 %."""
        return {
            name: snr(list(network.stages(scan.physics, scan.data))[-1], scan.truths)
            for name, scan in self._validation.items()
        }

    def physics(self, size: int, angles: int) -> Physics:
        """The scan of an image of this size; detectors are two pixels wide, as the lecture's."""
        if (size, angles) not in self._physics:
            beam = ParallelBeam(
                views=EvenViews(angles=angles), detectors=size // 2, detector_width=2
            )
            operator = make_projector(size, beam, threads=torch.get_num_threads())
            self._physics[size, angles] = Physics(operator)
        return self._physics[size, angles]

    @cached_property
    def _validation(self) -> dict[str, ScanBatch]:
        physics = self.physics(self.size, self.angles)
        truths = validation_images(self.size, VALIDATED)
        random = np.random.default_rng(1)
        data = physics.forward(truths)
        return {
            "clean": ScanBatch(physics, data, truths),
            "noise 1 %": ScanBatch(physics, noisy(random, data, 0.01), truths),
        }

    @property
    def card(self) -> dict[str, Any]:
        """Data, scan and range."""
        return {
            "data": "heads of assets/training.h5, moved, warped, recoloured, with lesions",
            "augmentation": AUGMENTATION,
            "loss": STAGES_LOSS,
            "validation": f"SNR, mean of {VALIDATED} slices",
            "scan": f"{self.size}² pixels, parallel beam, {self.angles} views over 180°, "
            f"{self.size // 2} detectors of 2 pixels; noise of 0 to {100 * self.noise:g} %",
            "range": {
                "images": "heads",
                "beam": "parallel",
                "size": [self.size // 2, self.size],
                "angles": [min(self.other_angles), max(self.other_angles)],
                "angles_at": self.size,
                "arc": [180.0, 180.0],
                "detector_width": [2.0, 2.0],
                "covered": [1.0, 1.0],
                "kernel": "strip",
                "noise_level": [0.0, self.noise],
            },
        }

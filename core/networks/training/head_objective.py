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
from core.networks.data.heads import (
    AUGMENTATION,
    SHARES,
    people_seen,
    random_images,
    validation_images,
)
from core.networks.training.training_objectives import (
    STAGES_LOSS,
    VALIDATED,
    ScanBatch,
    TrainingObjective,
    last_snr,
    noisy,
    stages_error,
)
from core.projection.projector import make_projector

SHORT_SCAN = (
    "320² pixels, parallel beam, 41 views over 180°, 160 detectors of 2 pixels; noise of 0 to 3 %"
)
"""What older files say of the same scans, without how often each was drawn."""


@final
@dataclass(frozen=True)
class HeadScans(TrainingObjective[InversionNetwork, ScanBatch]):
    """Heads under the lecture's scan, mostly: other numbers of views are mixed in.

    The first part of the training sees images of half the side with half the views and
    detectors: the artefacts look the same to a convolution, and a step costs a quarter. Noise is of
    any level up to `usual_noise`, but a share of the batches is `noiseless`, and a share `noisier`,
    with levels up to `noise`.
    """

    size: int = 320
    angles: int = 41
    other_angles: tuple[int, ...] = (20, 30, 60, 90)
    others: float = 0.15
    small_part: float = 0.75
    noise: float = 0.03
    usual_noise: float = 0.015
    noiseless: float = 0.35
    noisier: float = 0.15
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
        level = 0.0
        if kind >= self.noiseless:
            noisier = kind < self.noiseless + self.noisier
            level = random.uniform(0, self.noise if noisier else self.usual_noise)
        return ScanBatch(physics, noisy(random, physics.forward(truths), level), truths)

    def loss(self, network: InversionNetwork, batch: ScanBatch) -> Tensor:
        """The logarithmic error of every stage, each weighing less than the next."""
        return stages_error(network, batch)

    def validate(self, network: InversionNetwork) -> dict[str, float]:
        """SNR on held-out heads under the lecture's scan, without noise and with 1 %."""
        return last_snr(network, self._validation)

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
            "people": people_seen(SHARES),
            "augmentation": AUGMENTATION,
            "loss": STAGES_LOSS,
            "validation": f"SNR, mean of {VALIDATED} slices",
            "scan": self._scan,
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

    @property
    def _scan(self) -> str:
        """The scans, and how often each is drawn."""
        half = self.size // 2
        *others, last = self.other_angles
        usual = 1 - self.noiseless - self.noisier
        return (
            f"{self.size}² pixels, parallel beam, {self.angles} views over 180°, {half} detectors "
            f"of 2 pixels; a training to step N has {half}² pixels, {-(-self.angles // 2)} views "
            f"and {half // 2} detectors up to step {self.small_part:g} N; of the batches "
            f"{100 * self.others:g} % have {', '.join(map(str, others))} or {last} views, or half "
            f"as many on {half}² pixels; {100 * self.noiseless:g} % have no noise, "
            f"{100 * usual:g} % Gaussian noise of up to {100 * self.usual_noise:g} %, "
            f"{100 * self.noisier:g} % of up to {100 * self.noise:g} %"
        )

"""Training on images of many kinds under many scans, so that it may hold for another modality."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, final

import numpy as np
import torch
from torch import Tensor

from core.geometry.beams import ParallelBeam
from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.physics import Physics
from core.networks.data.heads import AUGMENTATION, people_seen, validation_images
from core.networks.data.varied_images import (
    BIAS,
    BLURRED,
    DESCRIPTION,
    ct_validation,
    varied_image,
)
from core.networks.data.varied_scans import (
    ARC,
    FEW,
    FINER,
    HALF_TURN,
    NOISE,
    OFTEN_FEW,
    PHOTONS,
    POISSON,
    UNEVEN,
    VIEWS,
    WIDTH,
    random_beam,
    random_noise,
    scanned,
)
from core.networks.training.training_objectives import (
    STAGES_LOSS,
    ScanBatch,
    TrainingObjective,
    last_snr,
    noisy,
    stages_error,
)
from core.projection.projector import make_projector

VALIDATED = 3
"""The number of held-out slices of each kind that a score is the mean of."""


@final
@dataclass(frozen=True)
class VariedScans(TrainingObjective[InversionNetwork, ScanBatch]):
    """A random scan for each batch, and a random image and noise for each sample.

    The first part of the training sees images of half the side, half of their heads as close as in
    a large image. A share of the batches, `usual`, has the lecture's scan: it is the one that is
    asked for most.
    """

    size: int = 320
    small_part: float = 0.93
    usual: float = 0.25
    _physics: dict[int, Physics] = field(default_factory=dict, compare=False)

    def batch(self, random: np.random.Generator, count: int, progress: float) -> ScanBatch:
        """Draw a scan, images and noise."""
        size = self.size // 2 if progress < self.small_part else self.size
        usual = random.random() < self.usual
        beam = self.usual_beam(size) if usual else random_beam(random, size, self.size // size)
        finer = bool(random.random() < FINER)
        pairs = []
        for _ in range(count):
            zoom = 2.0 if size < self.size and random.random() < 0.5 else 1.0
            image = varied_image(random, 2 * size, zoom)
            pairs.append(scanned(image, size, beam, random_noise(random), finer=finer))
        physics = self.usual_physics(size) if usual else Physics(_operator(size, beam))
        truths = torch.from_numpy(np.stack([truth for _, truth in pairs]))[:, None]
        return ScanBatch(physics, physics.scale(np.stack([data for data, _ in pairs])), truths)

    def loss(self, network: InversionNetwork, batch: ScanBatch) -> Tensor:
        """The logarithmic error of every stage, each weighing less than the next."""
        return stages_error(network, batch)

    def validate(self, network: InversionNetwork) -> dict[str, float]:
        """SNR on held-out heads, as they are and with the contrast of CT, with 1 % noise."""
        return last_snr(network, self._validation)

    def usual_beam(self, size: int) -> ParallelBeam:
        """The lecture's scan; for half the side half the views."""
        usual = ParallelBeam()
        halved = usual.with_angles(-(-usual.view_count * size // self.size))
        return ParallelBeam(views=halved.views, detectors=size // 2, detector_width=2)

    def usual_physics(self, size: int) -> Physics:
        """The lecture's scan as networks see it; remembered."""
        if size not in self._physics:
            self._physics[size] = Physics(_operator(size, self.usual_beam(size)))
        return self._physics[size]

    @cached_property
    def _validation(self) -> dict[str, ScanBatch]:
        physics, random = self.usual_physics(self.size), np.random.default_rng(1)
        images = {
            "heads": validation_images(self.size, VALIDATED),
            "contrast of CT": ct_validation(self.size, VALIDATED),
        }
        return {
            name: ScanBatch(physics, noisy(random, physics.forward(truths), 0.01), truths)
            for name, truths in images.items()
        }

    @property
    def card(self) -> dict[str, Any]:
        """Data, scan and range."""
        return {
            "data": f"{DESCRIPTION}; {100 * BIAS:g} % with a bias field, "
            f"{100 * BLURRED:g} % blurred",
            "people": people_seen(),
            "augmentation": f"of heads: {AUGMENTATION}",
            "loss": STAGES_LOSS,
            "validation": f"SNR, 1 % noise, mean of {VALIDATED} slices each",
            "scan": f"{self.size}² pixels and half of that, parallel beam; "
            f"{100 * self.usual:g} % of the batches the lecture's scan, the others random ones: "
            f"{VIEWS[0]} to {VIEWS[1]} views, in {100 * OFTEN_FEW:g} % of them at most {FEW[1]}, "
            f"in {100 * UNEVEN:g} % unevenly spaced, over {ARC[1]:g}°, in "
            f"{100 * (1 - HALF_TURN):g} % over {ARC[0]:g}° to {ARC[1]:g}°, detectors of "
            f"{WIDTH[0]:g} to {WIDTH[1]:g} pixels; of all, noise of 0 to {100 * NOISE[1]:g} %, in "
            f"{100 * POISSON:g} % of {PHOTONS[0]:g} to {PHOTONS[1]:g} photons; "
            f"{100 * FINER:g} % simulated on a finer grid",
            "range": {
                "images": "many",
                "grids": ["own", "finer"],
                "beam": "parallel",
                "spacing": "many",
                "size": [self.size // 2, self.size],
                "angles": list(VIEWS),
                "fewest_at": self.size,
                "arc": list(ARC),
                "detector_width": list(WIDTH),
                "covered": [1.0, 1.0],
                "kernel": "strip",
                "noise": ["none", "gaussian", "poisson"],
                "noise_level": list(NOISE),
                "noise_photons": list(PHOTONS),
            },
        }


def _operator(size: int, beam: ParallelBeam) -> Any:
    return make_projector(size, beam, threads=torch.get_num_threads())

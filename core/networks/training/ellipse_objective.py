"""Training on the random ellipses of the two published benchmarks."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np
import torch
from torch import Tensor

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.physics import Physics
from core.networks.data import ellipse_scans
from core.networks.training.training_objectives import (
    STAGES_LOSS,
    ScanBatch,
    TrainingObjective,
    stages_error,
)

VALIDATED = 16
"""The number of images for validation."""

SOURCES = {
    "adler_oektem": "random ellipses of Adler & Öktem 2017 and 2018, fresh ones at each step",
    "dival": "the 32 000 training images of DIVal's ellipses, with fresh noise",
}


@final
@dataclass(frozen=True)
class EllipseScans(TrainingObjective[InversionNetwork, ScanBatch]):
    """The training images of a benchmark, "adler_oektem" or "dival", under its scan."""

    benchmark: str

    def batch(self, random: np.random.Generator, count: int, progress: float) -> ScanBatch:
        """Draw images and noise."""
        draw = {
            "adler_oektem": ellipse_scans.adler_oektem_batch,
            "dival": ellipse_scans.dival_batch,
        }[self.benchmark]
        data, truths = draw(random, count)
        return ScanBatch(
            self._physics, self._physics.scale(data), torch.from_numpy(truths)[:, None]
        )

    def loss(self, network: InversionNetwork, batch: ScanBatch) -> Tensor:
        """The logarithmic error of every stage, each weighing less than the next."""
        return stages_error(network, batch)

    def validate(self, network: InversionNetwork) -> dict[str, float]:
        """PSNR in dB, by the range of each image, on images that are not trained on."""
        batch = self._validation
        image = list(network.stages(batch.physics, batch.data))[-1]
        span = batch.truths.amax((1, 2, 3)) - batch.truths.amin((1, 2, 3))
        error = (image - batch.truths).square().mean((1, 2, 3))
        return {"PSNR": float((10 * (span.square() / error).log10()).mean())}

    @cached_property
    def _physics(self) -> Physics:
        return Physics(ellipse_scans.operator())

    @cached_property
    def _validation(self) -> ScanBatch:
        if self.benchmark == "dival":
            data, _, truths = ellipse_scans.dival_part("validation", VALIDATED)
        else:
            data, truths = ellipse_scans.adler_oektem_batch(np.random.default_rng(1), VALIDATED)
        return ScanBatch(
            self._physics, self._physics.scale(data), torch.from_numpy(truths)[:, None]
        )

    @property
    def card(self) -> dict[str, Any]:
        """Data, scan and range."""
        scan, noise = ellipse_scans, ellipse_scans.NOISE[self.benchmark]
        return {
            "data": SOURCES[self.benchmark],
            "augmentation": "none",
            "loss": STAGES_LOSS,
            "validation": f"mean of {VALIDATED} images",
            "scan": f"{scan.SIZE}² pixels, parallel beam, {scan.VIEWS} views over 180°, "
            f"{scan.DETECTORS} detectors; noise of {100 * noise:g} %",
            "range": {
                "images": "ellipses",
                "beam": "parallel",
                "kernel": scan.PROJECTOR,
                "size": [scan.SIZE, scan.SIZE],
                "angles": [scan.VIEWS, scan.VIEWS],
                "arc": [180.0, 180.0],
                "detector_width": [0.98, 1.0],
                "covered": [1.41, 1.43],
                "noise_level": [noise, noise],
            },
        }

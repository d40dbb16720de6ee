"""How good one image is: the four measures of every table and study."""

from dataclasses import dataclass

import numpy as np

from core.array_types import Image
from core.problem import metrics
from core.problem.measurement import Measurement, distance_to_truth


@dataclass(frozen=True, kw_only=True)
class ImageScores:
    """SNR and PSNR in dB, SSIM, and the residual ‖Gm − d‖/‖d‖."""

    snr: float
    psnr: float
    ssim: float
    residual: float


def image_scores(image: Image, measurement: Measurement) -> ImageScores:
    """The scores of an image (size, size); NaN where they need a truth and there is none."""
    known = distance_to_truth(image, measurement)
    predicted = measurement.operator.project(image)
    return ImageScores(
        snr=known.get("snr", np.nan),
        psnr=known.get("psnr", np.nan),
        ssim=known.get("ssim", np.nan),
        residual=metrics.relative_residual(predicted, measurement.data),
    )

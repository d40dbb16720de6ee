"""How good one image is: the four measures of every table and study."""

from dataclasses import dataclass

import numpy as np

from core.array_types import Image
from core.problem import metrics
from core.problem.scan import Measurement


@dataclass(frozen=True, kw_only=True)
class ImageScores:
    """SNR and PSNR in dB, SSIM, and the residual ‖Gm − d‖/‖d‖."""

    snr: float
    psnr: float
    ssim: float
    residual: float


def image_scores(image: Image, measurement: Measurement) -> ImageScores:
    """The scores of an image (size, size); NaN where they need a truth and there is none."""
    truth = measurement.truth
    predicted = measurement.operator.project(image)
    return ImageScores(
        snr=np.nan if truth is None else metrics.snr(image, truth),
        psnr=np.nan if truth is None else metrics.psnr(image, truth),
        ssim=np.nan if truth is None else metrics.ssim(image, truth),
        residual=metrics.relative_residual(predicted, measurement.data),
    )

"""What data are divided by before a network sees them, and its images multiplied with.

A network is then homogeneous: c·d gives c·m̂, as for every method that is a formula.
"""

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional

from core.networks.architectures.physics import Physics

Unit = Callable[[Physics, Tensor], Tensor]
"""From a scan and its scaled data (B, 1, angles, detectors) to one positive number for each sample,
(B, 1, 1, 1), that is c times as large for c times the data."""


def brightest(physics: Physics, data: Tensor) -> Tensor:
    """About the largest value of the image: that of its FBP, averaged over 5 × 5 pixels.

    Over training images it lies within about 15 % of the largest value of the truth, at 20 to 90
    views and up to 3 % noise.
    """
    smooth = functional.avg_pool2d(physics.fbp(data), 5, stride=1, padding=2)
    return _positive(smooth.abs().amax((1, 2, 3), keepdim=True) / 0.95)


def mean_of_data(factor: float) -> Unit:
    """`factor` times the mean |d|: where the noise is a share of it, the network knows the noise.

    The factor should bring images to about 1.
    """

    def unit(physics: Physics, data: Tensor) -> Tensor:
        return _positive(factor * data.abs().mean((1, 2, 3), keepdim=True))

    return unit


def _positive(unit: Tensor) -> Tensor:
    """The unit, or 1 where the data are zero."""
    return unit.masked_fill(unit == 0, 1.0)

"""FBP → network: a residual U-Net that learns the artefacts of FBP and removes them.

    m̂ = m₀ + f_θ(m₀),    m₀ = FBP(d)

Source: K. H. Jin, M. T. McCann, E. Froustey and M. Unser, Deep convolutional neural network for
inverse problems in imaging, IEEE TIP 26 (2017), DOI 10.1109/TIP.2017.2713099.
"""

from collections.abc import Iterator, Sequence

from torch import Tensor

from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.blocks import SmallUNet
from core.networks.architectures.physics import Physics


class UNet(InversionNetwork):
    """A U-Net of several scales after FBP; it sees the data only through the FBP.

    Its convolutions work on pixels folded 2×2; with `fine` > 0, three more of this width work on
    single pixels. With `slope` > 0 its ReLUs are leaky.
    """

    def __init__(
        self, widths: Sequence[int] = (32, 64, 96, 128), fine: int = 0, slope: float = 0.0
    ) -> None:
        super().__init__()
        self.network = SmallUNet(1, 1, widths, fine=fine, slope=slope)

    @property
    def stage_count(self) -> int:
        """One: the result."""
        return 1

    def _stages(self, physics: Physics, data: Tensor) -> Iterator[Tensor]:
        """Yield the FBP of scaled data (B, 1, angles, detectors), then the result."""
        start = physics.fbp(data)
        yield start
        yield start + self.network(start)

"""FBP and a residual U-Net, trained on pairs of FBP and truth.

    m̂ = m₀ + f_θ(m₀),    m₀ = FBP(d)

Source: K. H. Jin, M. T. McCann, E. Froustey and M. Unser, Deep convolutional neural network for
inverse problems in imaging, IEEE TIP 26 (2017) 4509-4522, DOI 10.1109/TIP.2017.2713099.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue, OperatorUse
from core.methods.support.trained import TrainedNetwork


@final
@dataclass(frozen=True, kw_only=True)
class UNet(TrainedNetwork):
    """One pass of `core.networks.architectures.unet`; the data are seen only through the FBP."""

    name: ClassVar[str] = "unet"
    title: ClassVar[str] = "FBP and U-Net"
    idea: ClassVar[str] = "A network learns the artefacts of FBP, and removes them."
    equation: ClassVar[str] = r"\hat m = m_0 + f_\theta(m_0), \quad m_0 = \mathrm{FBP}(d)"
    source: ClassVar[str] = (
        "K. H. Jin, M. T. McCann, E. Froustey and M. Unser, IEEE TIP 26 (2017) 4509-4522, "
        "doi:10.1109/TIP.2017.2713099"
    )
    operator_use: ClassVar[OperatorUse] = "once"
    cost: ClassVar[str] = "an FBP and one network"
    position: ClassVar[int] = 10
    colour: ClassVar[Hue] = "blue"
    dash: ClassVar[Dash] = "dashdot"

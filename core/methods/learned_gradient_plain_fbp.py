"""Learned gradient descent as published, and with an FBP of the residual as one channel more.

    r = Gm − d,    (Δm, q) ← f_θ(m, Gᵀr, ∇R(m), q, FBP(r)),    m ← m − Δm

Nothing else differs from `learned_gradient_plain`, neither the images nor the scan of the training:
so the difference between the two is what an FBP inside buys.

Source: after J. Adler and O. Öktem, Solving ill-posed inverse problems using iterative deep neural
networks, Inverse Problems 33 (2017) 124007, DOI 10.1088/1361-6420/aa9581.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.learned_gradient import LearnedGradient
from core.methods.support.trained import EllipseNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedGradientPlainFBP(EllipseNetwork):
    """Ten iterations of one network of three convolutions, all with the same weights."""

    name: ClassVar[str] = "learned_gradient_plain_fbp"
    title: ClassVar[str] = "Learned gradient (plain + FBP)"
    idea: ClassVar[str] = (
        "The plain learned gradient with one channel more, the FBP of the residual: it shows what "
        "that alone buys."
    )
    equation: ClassVar[str] = (
        r"r = Gm - d, \quad (\Delta m, q) \leftarrow "
        r"f_\theta\left(m, G^T r, \nabla R, q, \mathrm{FBP}(r)\right), "
        r"\quad m \leftarrow m - \Delta m"
    )
    source: ClassVar[str] = LearnedGradient.source
    position: ClassVar[int] = 23
    colour: ClassVar[Hue] = "green"  # told from its two siblings in a figure
    dash: ClassVar[Dash] = "longdash"

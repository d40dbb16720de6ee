"""Learned gradient descent with an FBP of the residual inside, trained on published ellipses.

    r = Gm − d,    (Δm, q) ← f_θ(m, FBP(r), Gᵀr, ∇R(m), q),    m ← m − Δm

The network is that of `learned_gradient`, with other weights: it has seen the ellipses and the scan
of `learned_gradient_plain`, the published form, and as many images as that.

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
class LearnedGradientAdlerOektem(EllipseNetwork):
    """Six iterations of one small U-Net, all with the same weights."""

    name: ClassVar[str] = "learned_gradient_adler_oektem"
    title: ClassVar[str] = "Learned gradient (FBP; ellipses)"
    idea: ClassVar[str] = (
        "Learned gradient with an FBP of the residual inside, trained on the same ellipses as the "
        "plain one."
    )
    equation: ClassVar[str] = LearnedGradient.equation
    source: ClassVar[str] = LearnedGradient.source
    position: ClassVar[int] = 24
    colour: ClassVar[Hue] = "pink"  # no dash of orange is left
    dash: ClassVar[Dash] = "dash"

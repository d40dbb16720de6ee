"""Learned proximal gradient of the lecture: a gradient step, a network for the prox, nothing else.

    m ← f_θₖ(m − τₖ ∇L(m)),    ∇L(m) = Gᵀ(Gm − d)

Source: after M. Mardani et al., Neural proximal gradient descent for compressive imaging, NeurIPS
2018, with the small networks of Adler and Öktem (2018), and other weights in each stage.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.support.trained import EllipseNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedProximalGradientPlain(EllipseNetwork):
    """Ten stages from zero, each with its own step size and three convolutions."""

    name: ClassVar[str] = "learned_proximal_gradient_plain"
    title: ClassVar[str] = "Learned proximal gradient (plain)"
    idea: ClassVar[str] = (
        "A gradient step, then a network that sees nothing else in place of the prox."
    )
    equation: ClassVar[str] = (
        r"m \leftarrow f_{\theta_k}\left(m - \tau_k \nabla L(m)\right), "
        r"\quad \nabla L(m) = G^T(Gm - d)"
    )
    source: ClassVar[str] = (
        "after M. Mardani et al., Neural proximal gradient descent for compressive imaging, "
        "NeurIPS 2018, with another architecture"
    )
    position: ClassVar[int] = 32
    colour: ClassVar[Hue] = "purple"
    dash: ClassVar[Dash] = "longdash"

"""Learned proximal gradient with an FBP of the residual inside: a step along it, then a network.

    r = Gm − d,    v = m − τₖ FBP(r),    m ← v + f_θₖ(v ⊕ FBP(r) ⊕ Gᵀr)

FBP(r) is the gradient of the misfit in the norm of the ramp filter. The network sees more than the
argument of a prox; `learned_proximal_gradient_plain` is the form of the lecture.

Source: after M. Mardani et al., Neural proximal gradient descent for compressive imaging, NeurIPS
2018, whose network has another architecture and the same weights in every stage.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.support.trained import TrainedNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedProximalGradient(TrainedNetwork):
    """The stages of the network of the same name, each with its own weights."""

    name: ClassVar[str] = "learned_proximal_gradient"
    title: ClassVar[str] = "Learned proximal gradient (FBP inside)"
    idea: ClassVar[str] = (
        "A step along the FBP of the residual, then a network in place of the prox."
    )
    equation: ClassVar[str] = (
        r"r = Gm - d, \quad v = m - \tau_k\, \mathrm{FBP}(r), "
        r"\quad m \leftarrow v + f_{\theta_k}\left(v \oplus \mathrm{FBP}(r) \oplus G^T r\right)"
    )
    source: ClassVar[str] = (
        "after M. Mardani et al., Neural proximal gradient descent for compressive imaging, "
        "NeurIPS 2018, with another architecture"
    )
    position: ClassVar[int] = 30
    colour: ClassVar[Hue] = "purple"
    dash: ClassVar[Dash] = "dashdot"

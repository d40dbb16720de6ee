"""Learned proximal gradient: a gradient step, then a network in place of the prox.

    m ← f_θₖ(m − τₖ ∇f(m)),    ∇f(m) = FBP(Gm − d)

The misfit f is measured in the norm of the ramp filter of FBP. The trained networks see ∇f and
Gᵀ(Gm − d) beside their argument.

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
    title: ClassVar[str] = "Learned proximal gradient"
    idea: ClassVar[str] = "A gradient step, then a network in place of the prox; both are learned."
    equation: ClassVar[str] = (
        r"m \leftarrow f_{\theta_k}\left(m - \tau_k \nabla f(m)\right), "
        r"\quad \nabla f(m) = \mathrm{FBP}(Gm - d)"
    )
    source: ClassVar[str] = (
        "after M. Mardani et al., Neural proximal gradient descent for compressive imaging, "
        "NeurIPS 2018, with another architecture"
    )
    position: ClassVar[int] = 30
    colour: ClassVar[Hue] = "purple"
    dash: ClassVar[Dash] = "dashdot"

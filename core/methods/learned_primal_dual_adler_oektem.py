"""Learned primal-dual with an FBP of the residual inside, trained on published ellipses.

    y ← y + Γ_φₖ(y ⊕ Gm ⊕ d),    s = FBP(r + y₁),    r = Gm − d
    (m, q) ← (m − τₖ s, q) + f_θₖ(m ⊕ q ⊕ s ⊕ Gᵀ(r + y₂))

The iteration is that of `learned_primal_dual`, with eight stages in place of five. It has seen the
ellipses and the scan of `learned_primal_dual_plain`, the published form.

Source: after J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018)
1322-1332, DOI 10.1109/TMI.2018.2799231.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.learned_primal_dual import LearnedPrimalDual
from core.methods.support.trained import EllipseNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedPrimalDualAdlerOektem(EllipseNetwork):
    """Eight stages, each with its own weights."""

    name: ClassVar[str] = "learned_primal_dual_adler_oektem"
    title: ClassVar[str] = "Learned primal-dual (FBP; ellipses)"
    idea: ClassVar[str] = (
        "Learned primal-dual with an FBP of the residual inside, trained on the same ellipses as "
        "the plain one."
    )
    equation: ClassVar[str] = LearnedPrimalDual.equation
    source: ClassVar[str] = LearnedPrimalDual.source
    position: ClassVar[int] = 53
    colour: ClassVar[Hue] = "brown"  # no dash of red is left
    dash: ClassVar[Dash] = "longdash"

"""Learned primal-dual as published, with no FBP of the residual inside.

    y ← y + Γ_φₖ(y ⊕ Gm ⊕ d),    m ← m + f_θₖ(m ⊕ Gᵀy)

y and m have five channels each; G reads the second of m, and Gᵀ the first of y.

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018) 1322-1332,
DOI 10.1109/TMI.2018.2799231.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.support.trained import EllipseNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedPrimalDualPlain(EllipseNetwork):
    """Ten stages from zero, each with three convolutions on the data and three on the image."""

    name: ClassVar[str] = "learned_primal_dual_plain"
    title: ClassVar[str] = "Learned primal-dual (plain)"
    idea: ClassVar[str] = (
        "Small networks in data and in image space, with G and its adjoint between them."
    )
    equation: ClassVar[str] = (
        r"y \leftarrow y + \Gamma_{\varphi_k}(y \oplus Gm \oplus d), "
        r"\quad m \leftarrow m + f_{\theta_k}(m \oplus G^T y)"
    )
    source: ClassVar[str] = (
        "J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    position: ClassVar[int] = 52
    colour: ClassVar[Hue] = "red"
    dash: ClassVar[Dash] = "dashdot"

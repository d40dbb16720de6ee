"""Learned primal as published, with no FBP of the residual inside.

    r = Gm − d,    (m, q) ← (m, q) + f_θₖ(m ⊕ q ⊕ Gᵀr)

q is the memory, four channels beside the image.

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018) 1322-1332,
DOI 10.1109/TMI.2018.2799231.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.support.trained import EllipseNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedPrimalPlain(EllipseNetwork):
    """Ten stages from zero, each with three convolutions of its own."""

    name: ClassVar[str] = "learned_primal_plain"
    title: ClassVar[str] = "Learned primal (plain)"
    idea: ClassVar[str] = (
        "A small network updates the image and its memory from the gradient of the misfit."
    )
    equation: ClassVar[str] = (
        r"r = Gm - d, \quad (m, q) \leftarrow (m, q) + "
        r"f_{\theta_k}\left(m \oplus q \oplus G^T r\right)"
    )
    source: ClassVar[str] = (
        "J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    position: ClassVar[int] = 42
    colour: ClassVar[Hue] = "red"
    dash: ClassVar[Dash] = "longdash"

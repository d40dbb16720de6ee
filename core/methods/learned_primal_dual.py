"""Learned primal-dual: networks on both sides of the scan.

    y ← y + Γ_φₖ(y ⊕ Gm ⊕ d),    m ← m + f_θₖ(m ⊕ Gᵀy)

This is the textbook's form; the class of the network says how the trained one differs.

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018) 1322-1332,
DOI 10.1109/TMI.2018.2799231.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Hue
from core.methods.support.trained import TrainedNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedPrimalDual(TrainedNetwork):
    """The stages of the network of the same name, each with its own weights."""

    name: ClassVar[str] = "learned_primal_dual"
    title: ClassVar[str] = "Learned primal-dual"
    idea: ClassVar[str] = "Networks on both sides of the scan: one for the data, one for the image."
    equation: ClassVar[str] = (
        r"y \leftarrow y + \Gamma_{\varphi_k}(y \oplus Gm \oplus d), "
        r"\quad m \leftarrow m + f_{\theta_k}(m \oplus G^T y)"
    )
    source: ClassVar[str] = (
        "J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    position: ClassVar[int] = 50
    colour: ClassVar[Hue] = "red"

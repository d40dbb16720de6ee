"""Learned primal-dual with an FBP of the residual inside: networks on both sides of the scan.

    y ← y + Γ_φₖ(y ⊕ Gm ⊕ d),    s = FBP(r + y₁),    r = Gm − d
    (m, q) ← (m − τₖ s, q) + f_θₖ(m ⊕ q ⊕ s ⊕ Gᵀ(r + y₂))

The dual y is a correction of the residual; y₁ and y₂ are two of its channels, q is the memory.
`learned_primal_dual_plain` is the published form.

Source: after J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018)
1322-1332, DOI 10.1109/TMI.2018.2799231.
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
    title: ClassVar[str] = "Learned primal-dual (FBP inside)"
    idea: ClassVar[str] = "Networks on both sides of the scan: one for the data, one for the image."
    equation: ClassVar[str] = (
        r"y \leftarrow y + \Gamma_{\varphi_k}(y \oplus Gm \oplus d), "
        r"\quad s = \mathrm{FBP}(r + y_1), \quad (m, q) \leftarrow (m - \tau_k s, q) + "
        r"f_{\theta_k}\left(m \oplus q \oplus s \oplus G^T(r + y_2)\right)"
    )
    source: ClassVar[str] = (
        "after J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    position: ClassVar[int] = 50
    colour: ClassVar[Hue] = "red"

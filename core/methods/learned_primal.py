"""Learned primal with an FBP of the residual inside.

    r = Gm − d,    (m, q) ← (m − τₖ FBP(r), q) + f_θₖ(m ⊕ q ⊕ FBP(r) ⊕ Gᵀr)

q is the memory. `learned_primal_plain` is the published form.

Source: after J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018)
1322-1332, DOI 10.1109/TMI.2018.2799231.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.support.trained import TrainedNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedPrimal(TrainedNetwork):
    """The stages of `core.networks.architectures.learned_primal`, each with its own weights."""

    name: ClassVar[str] = "learned_primal"
    title: ClassVar[str] = "Learned primal (FBP inside)"
    idea: ClassVar[str] = "A network updates the image, and a memory of its own, from the residual."
    equation: ClassVar[str] = (
        r"r = Gm - d, \quad (m, q) \leftarrow (m - \tau_k\, \mathrm{FBP}(r), q) + "
        r"f_{\theta_k}\left(m \oplus q \oplus \mathrm{FBP}(r) \oplus G^T r\right)"
    )
    source: ClassVar[str] = (
        "after J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    position: ClassVar[int] = 40
    colour: ClassVar[Hue] = "red"
    dash: ClassVar[Dash] = "dash"

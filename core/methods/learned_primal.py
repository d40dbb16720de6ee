"""Learned primal: learned primal-dual whose dual variable is the residual itself.

    r = Gm − d,    (m, q) ← (m, q) + f_θₖ(m ⊕ q ⊕ Gᵀr)

q is the memory. The trained networks see the FBP of r too, and m takes a step along it.

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018) 1322-1332,
DOI 10.1109/TMI.2018.2799231.
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
    title: ClassVar[str] = "Learned primal"
    idea: ClassVar[str] = "A network updates the image, and a memory of its own, from the residual."
    equation: ClassVar[str] = (
        r"r = Gm - d, \quad (m, q) \leftarrow (m, q) + "
        r"f_{\theta_k}\left(m \oplus q \oplus G^T r\right)"
    )
    source: ClassVar[str] = (
        "J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    position: ClassVar[int] = 40
    colour: ClassVar[Hue] = "red"
    dash: ClassVar[Dash] = "dash"

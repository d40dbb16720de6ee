"""Learned primal: learned primal-dual whose dual variable is the residual itself.

    h = Gm − d,    (m, s) ← (m, s) + f_θₖ(m ⊕ s ⊕ Gᵀh)

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
        r"h = Gm - d, \quad (m, s) \leftarrow (m, s) + "
        r"f_{\theta_k}\left(m \oplus s \oplus G^T h\right)"
    )
    source: ClassVar[str] = (
        "J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    position: ClassVar[int] = 40
    colour: ClassVar[Hue] = "red"
    dash: ClassVar[Dash] = "dash"

"""Learned primal-dual with an FBP inside, trained on images of many kinds under many scans.

    y ← y + Γ_φₖ(y ⊕ Gm ⊕ d),    s = FBP(r + y₁),    r = Gm − d
    (m, q) ← (m − τₖ δ^(−cₖ) s, q) + f_θₖ(m ⊕ q ⊕ s ⊕ Gᵀ(r + y₂)),    q₀ = ln(δ) w

The iteration is that of `learned_primal_dual`, but for δ, the distance of neighbouring views at the
border of the image over that of 90 views: with few views the FBP of a residual is far too large,
and the steps are made shorter by it. It was trained on heads with the contrasts of several
modalities, photographs, ellipses, 8 to 180 views over 90° to 180°, wide and narrow detectors, and
several kinds of noise: all of it is in `core.networks.training.varied_objective`.

Source: after J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018)
1322-1332, DOI 10.1109/TMI.2018.2799231.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.learned_primal_dual import LearnedPrimalDual
from core.methods.support.trained import TrainedNetwork, Training


@final
@dataclass(frozen=True, kw_only=True)
class LearnedPrimalDualVaried(TrainedNetwork):
    """Stages that know how far apart the views are: surer of scans and images of any kind."""

    name: ClassVar[str] = "learned_primal_dual_varied"
    title: ClassVar[str] = "Learned primal-dual (varied training)"
    idea: ClassVar[str] = (
        "Learned primal-dual with shorter steps where views are few, trained on images of many "
        "kinds under many scans: it should hold where the others break."
    )
    equation: ClassVar[str] = (
        r"y \leftarrow y + \Gamma_{\varphi_k}(y \oplus Gm \oplus d), "
        r"\quad s = \mathrm{FBP}(r + y_1), \quad (m, q) \leftarrow "
        r"(m - \tau_k \delta^{-c_k} s, q) + "
        r"f_{\theta_k}\left(m \oplus q \oplus s \oplus G^T(r + y_2)\right)"
    )
    source: ClassVar[str] = LearnedPrimalDual.source
    trained_on: ClassVar[Training] = "many"
    position: ClassVar[int] = 54
    colour: ClassVar[Hue] = "red"
    dash: ClassVar[Dash] = "dot"

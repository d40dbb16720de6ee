"""Learned primal-dual with an FBP inside, trained on images of many kinds under many scans.

The network is that of `learned_primal_dual`, and so is its iteration; what it was trained on
differs: heads with the contrasts of several modalities, photographs, ellipses, 8 to 180 views over
90° to 180°, wide and narrow detectors, several kinds of noise: all of it is in
`core.networks.training.varied_objective`.


Source: after J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018)
1322-1332, DOI 10.1109/TMI.2018.2799231.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, final

from core.methods.base import Dash, Hue
from core.methods.support.trained import TrainedNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedPrimalDualVaried(TrainedNetwork):
    """The same stages with other weights: less sure of heads, and surer of anything else."""

    name: ClassVar[str] = "learned_primal_dual_varied"
    title: ClassVar[str] = "Learned primal-dual (varied training)"
    idea: ClassVar[str] = (
        "Learned primal-dual, trained on images of many kinds under many scans: it should hold "
        "where the others break."
    )
    equation: ClassVar[str] = (
        r"y \leftarrow y + \Gamma_{\varphi_k}(y \oplus Gm \oplus d), "
        r"\quad s = \mathrm{FBP}(r + y_1), \quad (m, q) \leftarrow (m - \tau_k s, q) + "
        r"f_{\theta_k}\left(m \oplus q \oplus s \oplus G^T(r + y_2)\right)"
    )
    source: ClassVar[str] = (
        "after J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    trained_on: ClassVar[Literal["heads", "ellipses", "many"]] = "many"
    position: ClassVar[int] = 54
    colour: ClassVar[Hue] = "red"
    dash: ClassVar[Dash] = "dot"

    @property
    def recipe(self) -> str:
        """That of the network: only the weights are others."""
        return "learned_primal_dual"

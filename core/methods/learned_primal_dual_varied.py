"""Learned primal-dual with an FBP inside, trained on images of many kinds under many scans.

The network is that of `learned_primal_dual`, and so is its iteration; what it was trained on
differs: heads with the contrasts of several modalities, photographs, ellipses, 8 to 180 views over
90° to 180°, wide and narrow detectors, several kinds of noise: all of it is in
`core.networks.training.varied_objective`.

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
    """The same stages with other weights: less sure of heads, and surer of anything else."""

    name: ClassVar[str] = "learned_primal_dual_varied"
    title: ClassVar[str] = "Learned primal-dual (varied training)"
    idea: ClassVar[str] = (
        "Learned primal-dual, trained on images of many kinds under many scans: it should hold "
        "where the others break."
    )
    equation: ClassVar[str] = LearnedPrimalDual.equation
    source: ClassVar[str] = LearnedPrimalDual.source
    trained_on: ClassVar[Training] = "many"
    position: ClassVar[int] = 54
    colour: ClassVar[Hue] = "red"
    dash: ClassVar[Dash] = "dot"

    @property
    def recipe(self) -> str:
        """That of the network: only the weights are others."""
        return LearnedPrimalDual.name

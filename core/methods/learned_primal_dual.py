"""Learned primal-dual: networks on both sides of the scan.

    h ← h + g_θₖ(h ⊕ Gm ⊕ d),    m ← m + f_θₖ(m ⊕ Gᵀh)

Source: J. Adler and O. Öktem, Learned primal-dual reconstruction, IEEE TMI 37 (2018) 1322-1332,
DOI 10.1109/TMI.2018.2799231.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Array, Family, Method, Step
from core.methods.trained import trained_stages
from core.problem.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class LearnedPrimalDual(Method):
    """The stages of `core.networks.learned_primal_dual`, each with its own weights."""

    name: ClassVar[str] = "learned_primal_dual"
    family: ClassVar[Family] = "learned"
    title: ClassVar[str] = "Learned primal-dual"
    idea: ClassVar[str] = "Networks on both sides of the scan: one for the data, one for the image."
    equation: ClassVar[str] = (
        r"h \leftarrow h + g_{\theta_k}(h \oplus Gm \oplus d), "
        r"\quad m \leftarrow m + f_{\theta_k}(m \oplus G^T h)"
    )
    source: ClassVar[str] = (
        "J. Adler and O. Öktem, IEEE TMI 37 (2018) 1322-1332, doi:10.1109/TMI.2018.2799231"
    )
    stages: ClassVar[int] = 5

    def iterations_planned(self) -> int:
        """The stages of the network."""
        return self.stages

    def iterate(self, operator: Projector, data: Array) -> Iterator[Step]:
        """Yield the FBP and the image after each stage."""
        yield from trained_stages(self.name, operator, data)

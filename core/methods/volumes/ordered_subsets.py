"""Proximal gradient steps on ordered subsets of the views: from FDK, near the minimum at once.

    m ← prox_{τ_B σg/n} (m − τ_B G_Bᵀ(G_B m − d_B)),    B = B_1, …, B_n,    τ_B = λ/L_B

L_B, the largest entry of G_Bᵀ G_B 1, is a bound on ‖G_B‖² that costs one product. A
pass over the n subsets costs one product with G and one with Gᵀ, and moves the volume as n steps
do. With a fixed step it does not converge: it ends in a cycle near the minimum.

Source: H. M. Hudson and R. S. Larkin, Accelerated image reconstruction using ordered subsets of
projection data, IEEE Trans. Med. Imaging 13 (1994) 601-609, DOI 10.1109/42.363108; the steps are
those of incremental proximal methods, D. P. Bertsekas, Math. Program. 129 (2011) 163-195,
DOI 10.1007/s10107-011-0472-0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Image, Sinogram
from core.geometry.volume_beams import PanelBeam
from core.geometry.volume_beams.helix import HelicalBeam
from core.methods.base import Hue, Step
from core.methods.priors import Form, InnerLoop, priors_for_volumes
from core.methods.support.ordered_subsets import batches_of, part_of
from core.methods.support.proximal import SYMBOLS, ProximalMethod
from core.methods.volumes.fdk import FDK
from core.parameters import param
from core.projection.projector import Projector


@final
@dataclass(frozen=True, kw_only=True)
class OrderedSubsets(ProximalMethod):
    """Ordered subsets with a prior, 3-D total variation without negative voxels by default."""

    name: ClassVar[str] = "ordered_subsets"
    title: ClassVar[str] = "Ordered subsets"
    idea: ClassVar[str] = "From FDK, a gradient step on a few views at a time, each with a prox."
    equation: ClassVar[str] = (
        r"m \leftarrow \mathrm{prox}_{\tau_B \sigma g/n}"
        r"\bigl(m - \tau_B\, G_B^T(G_B m - d_B)\bigr), \quad B = B_1, \dots, B_n"
    )
    source: ClassVar[str] = (
        "H. M. Hudson and R. S. Larkin (1994), doi:10.1109/42.363108; "
        "D. P. Bertsekas (2011), doi:10.1007/s10107-011-0472-0"
    )
    guarantee: ClassVar[str] = "None for a fixed step: it ends in a cycle near the minimum."
    cost: ClassVar[str] = "G and Gᵀ in each pass, and the prior's prox for each subset"
    prior_form: ClassVar[Form] = "whole"
    position: ClassVar[int] = 5
    colour: ClassVar[Hue] = "teal"

    prior: str = param(
        "tv_nonnegative",
        choices=priors_for_volumes(),
        symbol=SYMBOLS["whole"],
        help="What a volume should look like.",
    )
    sigma: float = param(
        0.5,
        low=0,
        high=1e4,
        log=True,
        symbol=r"\sigma",
        help="The weight of the prior against the data: a few times the deviation of the noise.",
    )
    subset: int = param(
        5,
        low=1,
        high=720,
        unit="views",
        symbol="|B|",
        help="The approximate number of views in a subset.",
    )
    relaxation: float = param(
        1.9,
        low=0.05,
        high=1.9,
        symbol=r"\lambda",
        help="The step in units of 1/L_B, for each subset its own.",
    )
    inner_iterations: int = param(
        5, low=1, high=200, help="Iterations for each prox that has no formula, warm-started."
    )
    iterations: int = param(6, low=0, high=200, unit="passes", symbol="p", help="Passes.")

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the volume after each pass over the views, from FDK where there is one."""
        batches = batches_of(len(data), self.subset, "spread", 0)
        parts = [part_of(operator, views) for views in batches]
        inner = InnerLoop(iterations=self.inner_iterations, warm=True, gap=0.0)
        prior = self.make_prior(operator.dims, inner)
        volume = self._start(operator, data)
        yield Step(image=volume)
        bounds = [float(part.back_project(part.rows_sum).max()) for part in parts]
        steps = [np.float32(self.relaxation / bound) for bound in bounds]
        for _ in range(self.iterations):
            for views, part, step in zip(batches, parts, steps, strict=True):
                gradient = part.back_project(part.project(volume) - data[views])
                volume = prior.prox(volume - step * gradient, float(step) / len(batches))
            yield Step(image=volume, values=prior.report())

    def _start(self, operator: Projector, data: Sinogram) -> Image:
        beam = operator.beam
        moved = getattr(beam, "panel_offset", 0.0) != 0
        if not isinstance(beam, PanelBeam) or isinstance(beam, HelicalBeam) or moved:
            return np.zeros(operator.dims, np.float32)
        method = FDK(nonnegative=True)
        return next(method.iterate(operator, data)).image

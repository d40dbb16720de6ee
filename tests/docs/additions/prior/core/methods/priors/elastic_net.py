"""The elastic net: few bright pixels, and none of them too bright.

    g(m) = σ (‖m‖₁ + ½‖m‖²),    prox_{τg}(v) = sign(v) max(|v| − τσ, 0) / (1 + τσ)

Source: H. Zou and T. Hastie, J. R. Stat. Soc. B 67 (2005) 301-320,
DOI 10.1111/j.1467-9868.2005.00503.x.
"""

from typing import final

import numpy as np

from core.array_types import Vector
from core.methods.priors.base import Prior


@final
class ElasticNet(Prior):
    """σ(‖m‖₁ + ½‖m‖²)."""

    name = "elastic_net"
    position = 990
    title = "Elastic net"
    formula = r"g(m) = \sigma (\lVert m \rVert_1 + \tfrac12 \lVert m \rVert_2^2)"
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = \mathrm{sign}(v) \max(|v| - \tau\sigma, 0) / (1 + \tau\sigma)"
    )
    effect = "Few bright pixels, and the bright ones darker."

    def __call__(self, x: Vector) -> float:
        """The value σ(‖x‖₁ + ½‖x‖²)."""
        return self.sigma * float(np.abs(x).sum() + 0.5 * np.vdot(x, x))

    def prox(self, x: Vector, tau: float) -> Vector:
        """The soft threshold, then a division by 1 + τσ."""
        threshold = tau * self.sigma
        image: Vector = (x - np.clip(x, -threshold, threshold)) / (1 + threshold)
        return image

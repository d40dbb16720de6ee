"""Total variation and its relatives: functions of the image's gradient.

    TV(m) = Σ_pixels |∇m|,        |·| Euclidean (isotropic), or |∂₁m| + |∂₂m| (anisotropic)

in two or three dimensions.

The prox has no closed form. It is found on its dual, with the constraint l ≤ m ≤ u included
exactly and the duality gap known at every step (see `dual_loop`).

Source: L. Rudin, S. Osher and E. Fatemi, Physica D 60 (1992) 259-268,
DOI 10.1016/0167-2789(92)90242-F; the prox: A. Beck and M. Teboulle, IEEE Trans. Image Process.
18 (2009) 2419-2434, DOI 10.1109/TIP.2009.2028250.
"""

from collections.abc import Mapping
from typing import ClassVar, final

import numpy as np

from core.array_types import AnyArray
from core.methods.priors.base import Form, InnerLoop, Prior, Size, Split
from core.methods.priors.differences import Differences
from core.methods.priors.dual_loop import DualLoop, potential_field
from core.methods.priors.field_length import FieldLength
from core.methods.priors.volume_tv_kernels import kernels_for

NO_WEIGHT = 1e-20
"""Below this a weight moves no pixel, and its inverse leaves float32."""
PYPROXIMAL_TOLERANCE = 1e-4
"""PyProximal's `TV` ends its loop when the objective changes by less than this, relatively."""


class GradientPrior(Prior):
    """σ Σ h(∇m), h a length or its Huber function, with bounds on m where there are any."""

    closed = False
    takes_volumes = True
    anisotropic: ClassVar[bool] = False
    corner: ClassVar[float] = 0.0
    lower: ClassVar[float] = -np.inf
    upper: ClassVar[float] = np.inf

    def __init__(self, size: Size, sigma: float, inner: InnerLoop | None = None) -> None:
        super().__init__(size, sigma, inner)
        self._dual: AnyArray | None = None
        self._iterations = 0
        self._gap = 0.0

    def __call__(self, x: AnyArray) -> float:
        """The value σ Σ h(∇x)."""
        image = x.reshape(self.dims)
        zero = np.zeros((image.ndim, *image.shape), image.dtype)
        corner = image.dtype.type(self.corner)
        _, value, _ = kernels_for(image.ndim).measures(image, image, zero, corner, self.anisotropic)
        return self.sigma * float(value)

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """The prox of τσ Σ h(∇·) at x, by as many inner iterations as `inner` grants."""
        noisy = np.ascontiguousarray(x).reshape(self.dims)
        gamma = self.sigma * tau
        if gamma < NO_WEIGHT:
            self._iterations, self._gap = 0, 0.0
            return np.clip(x, self.lower, self.upper)
        loop = DualLoop(self, noisy, gamma, self._start(noisy))
        if self.inner.warm and self._is_flattened(noisy, gamma):
            self._iterations, self._gap = 0, 0.0
            return np.full_like(x, np.clip(noisy.mean(), self.lower, self.upper))
        if self.inner.warm:
            image = loop.until_the_gap_closes(self.inner.iterations, self.inner.gap)
        else:
            tolerance = PYPROXIMAL_TOLERANCE if self.inner.rule == "pyproximal" else 0.0
            # PyProximal's own objective counts σ twice; its loop ends where it does for that.
            image = loop.as_pyproximal(self.inner.iterations, tolerance, self.sigma * gamma)
        self._iterations, self._gap, self._dual = loop.iterations, loop.gap, loop.dual
        return image.reshape(x.shape)

    def _is_flattened(self, noisy: AnyArray, gamma: float) -> bool:
        """Whether a constant image is the prox, by a dual variable that proves it.

        Thousands of inner iterations would find the same: p must carry the whole image across.
        """
        if noisy.ndim > 2:
            return False
        away = noisy - noisy.mean()
        flows = (np.cumsum(away.sum(axis=axis)) for axis in (0, 1))
        across = max(float(np.abs(flow).max()) for flow in flows)
        if self.corner > 0 or across > gamma * self.size:
            return False
        dual = potential_field(away / gamma)
        return bool(np.abs(dual).max() <= 1 and (self.anisotropic or np.hypot(*dual).max() <= 1))

    def _start(self, noisy: AnyArray) -> AnyArray:
        if self.inner.warm and self._dual is not None:
            return self._dual
        return np.zeros((noisy.ndim, *noisy.shape), noisy.dtype)

    def split(self) -> Split:
        """K = ∇, and h without an inner loop."""
        differences = Differences(self.dims)
        return Split(
            operator=differences,
            norm_squared=differences.norm_squared,
            term=FieldLength(self.sigma, self.corner, self.anisotropic, len(self.dims)),
            lower=self.lower,
            upper=self.upper,
        )

    def report(self) -> Mapping[str, float]:
        """Inner iterations done, and the duality gap left over the inner objective."""
        return {"inner_iterations": float(self._iterations), "inner_gap": self._gap}


class _TV(GradientPrior):
    """What the two names of isotropic total variation share."""

    formula = r"g(m) = \sigma \sum_i \lVert (\nabla m)_i \rVert_2"


@final
class TV(_TV):
    """Isotropic total variation."""

    name = "tv"
    position = 10
    title = "Total variation"
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = v - \tau\sigma \nabla^T p^\star, \quad "
        r"p^\star = \arg\min_{\lVert p_i \rVert_2 \le 1} "
        r"\tfrac12 \lVert v - \tau\sigma \nabla^T p \rVert^2"
    )
    effect = (
        "Pieces of constant brightness with sharp edges: noise goes, slopes become staircases, "
        "and contrast is lost."
    )


@final
class L21Gradient(_TV):
    """The same function as `tv`, for solvers that keep ∇m as a variable of its own."""

    name = "l21_gradient"
    position = 20
    title = "L21 norm of the gradient"
    prox_formula = (
        r"z = \nabla m, \quad \mathrm{prox}_{\tau \sigma \lVert\cdot\rVert_{2,1}}(z)_i = "
        r"\Bigl(1 - \frac{\tau\sigma}{\max(\lVert z_i \rVert_2, \tau\sigma)}\Bigr) z_i"
    )
    effect = "Total variation under its other name: many pixels without any slope, a few edges."
    refused: ClassVar[Mapping[Form, str]] = {
        "whole": "This solver takes the prox of the prior as a function of the image, but the L21 "
        "norm's prox acts on the gradient, and the gradient cannot be undone. Choose tv: the "
        "same function, whose prox is found by an inner loop; or a solver that splits."
    }


@final
class AnisotropicTV(GradientPrior):
    """Anisotropic total variation: differences down and to the right are added."""

    name = "tv_anisotropic"
    position = 30
    title = "Anisotropic total variation"
    anisotropic = True
    formula = r"g(m) = \sigma \sum_i |(\partial_1 m)_i| + |(\partial_2 m)_i|"
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = v - \tau\sigma \nabla^T p^\star, \quad "
        r"p^\star = \arg\min_{|p| \le 1} \tfrac12 \lVert v - \tau\sigma \nabla^T p \rVert^2"
    )
    effect = "As total variation, but edges along rows and columns are cheaper: corners, blocks."


@final
class NonnegativeTV(GradientPrior):
    """Isotropic total variation of images without negative pixels."""

    name = "tv_nonnegative"
    position = 40
    title = "Total variation, non-negative"
    lower = 0.0
    formula = r"g(m) = \sigma \sum_i \lVert (\nabla m)_i \rVert_2 + \iota_{m \ge 0}(m)"
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = \max(0, v - \tau\sigma \nabla^T p^\star), "
        r"\quad \lVert p^\star_i \rVert_2 \le 1"
    )
    effect = "Total variation of an image without negative values: empty regions stay empty."


@final
class HuberTV(GradientPrior):
    """Total variation with a rounded tip: slopes up to the corner cost their square."""

    name = "huber_tv"
    position = 50
    title = "Huber total variation"
    corner = 0.02
    formula = (
        r"g(m) = \sigma \sum_i h_\delta(\lVert (\nabla m)_i \rVert_2), \quad "
        r"h_\delta(t) = t^2/2\delta \text{ up to } \delta, \; t - \delta/2 \text{ beyond}; "
        r"\quad \delta = 0.02"
    )
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = v - \tau\sigma \nabla^T p^\star, \quad "
        r"p^\star = \arg\min_{\lVert p_i \rVert_2 \le 1} "
        r"\tfrac12 \lVert v - \tau\sigma \nabla^T p \rVert^2 "
        r"+ \tfrac{\tau\sigma\delta}2 \lVert p \rVert^2"
    )
    effect = "Total variation without the staircase: gentle slopes stay slopes, edges stay edges."

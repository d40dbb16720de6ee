"""Total variation and its relatives: functions of the image's gradient.

    TV(m) = Σ_pixels |∇m|,        |·| Euclidean (isotropic), or |∂₁m| + |∂₂m| (anisotropic)

The prox has no closed form. It is found by accelerated projected ascent on its dual,

    p ← P_{|p|≤1} (q + ∇x(q) / 8γ),   x(q) = P_{[l,u]}(v − γ∇ᵀq),   γ = τσ,

with the constraint l ≤ m ≤ u included exactly, and the duality gap known at every step.

Source: L. Rudin, S. Osher and E. Fatemi, Physica D 60 (1992) 259-268,
DOI 10.1016/0167-2789(92)90242-F; the prox: A. Beck and M. Teboulle, IEEE Trans. Image Process.
18 (2009) 2419-2434, DOI 10.1109/TIP.2009.2028250.
"""

from collections.abc import Mapping
from typing import ClassVar, final

import numpy as np
from scipy import fft

from core.methods.priors import tv_kernels
from core.methods.priors.base import (
    LOOK_EVERY,
    Array,
    Inner,
    Prior,
    Split,
)
from core.methods.priors.differences import Differences
from core.methods.priors.field_length import FieldLength

NO_WEIGHT = 1e-20
"""Below this a weight moves no pixel, and its inverse leaves float32."""
PYPROXIMAL_TOLERANCE = 1e-4
"""PyProximal's `TV` ends its loop when the objective changes by less than this, relatively."""


class GradientPrior(Prior):
    """σ Σ h(∇m), h a length or its Huber function, with bounds on m where there are any."""

    closed = False
    anisotropic: ClassVar[bool] = False
    corner: ClassVar[float] = 0.0
    lower: ClassVar[float] = -np.inf
    upper: ClassVar[float] = np.inf

    def __init__(self, size: int, sigma: float, inner: Inner | None = None) -> None:
        super().__init__(size, sigma, inner)
        self._dual: Array | None = None
        self._iterations = 0
        self._gap = 0.0

    def __call__(self, x: Array) -> float:
        """The value σ Σ h(∇x)."""
        image = x.reshape(self.size, self.size)
        zero = np.zeros((2, *image.shape), image.dtype)
        corner = image.dtype.type(self.corner)
        return self.sigma * float(tv_kernels.lengths(image, zero, corner, self.anisotropic)[0])

    def prox(self, x: Array, tau: float) -> Array:
        """The prox of τσ Σ h(∇·) at x, by as many inner iterations as `inner` grants."""
        noisy = np.ascontiguousarray(x).reshape(self.size, self.size)
        gamma = self.sigma * tau
        if gamma < NO_WEIGHT:
            self._iterations, self._gap = 0, 0.0
            return np.clip(x, self.lower, self.upper)
        loop = _DualLoop(self, noisy, gamma, self._start(noisy))
        if self.inner.warm and self._is_flattened(noisy, gamma):
            self._iterations, self._gap = 0, 0.0
            return np.full_like(x, np.clip(noisy.mean(), self.lower, self.upper))
        if self.inner.warm:
            image = loop.until_the_gap_closes(self.inner.iterations, self.inner.gap)
        else:
            tolerance = PYPROXIMAL_TOLERANCE if self.inner.rule == "pyproximal" else 0.0
            # PyProximal's own objective counts σ twice; its loop ends where it does for that.
            image = loop.as_pyproximal(self.inner.iterations, tolerance, self.sigma * gamma)
        self._iterations, self._gap, self._dual = loop.iterations, loop.gap(image), loop.dual
        return image.reshape(x.shape)

    def _is_flattened(self, noisy: Array, gamma: float) -> bool:
        """Whether a constant image is the prox, by a dual variable that proves it.

        Thousands of inner iterations would find the same: p must carry the whole image across.
        """
        away = noisy - noisy.mean()
        flows = (np.cumsum(away.sum(axis=axis)) for axis in (0, 1))
        across = max(float(np.abs(flow).max()) for flow in flows)
        if self.corner > 0 or across > gamma * self.size:
            return False
        dual = potential_field(away / gamma)
        return bool(np.abs(dual).max() <= 1 and (self.anisotropic or np.hypot(*dual).max() <= 1))

    def _start(self, noisy: Array) -> Array:
        if self.inner.warm and self._dual is not None:
            return self._dual
        return np.zeros((2, *noisy.shape), noisy.dtype)

    def split(self) -> Split:
        """K = ∇, and h without an inner loop."""
        return Split(
            operator=Differences(self.size),
            norm_squared=Differences.norm_squared,
            term=FieldLength(self.sigma, self.corner, self.anisotropic),
            lower=self.lower,
            upper=self.upper,
        )

    def report(self) -> Mapping[str, float]:
        """Inner iterations done, and the duality gap left over the inner objective."""
        return {"inner_iterations": float(self._iterations), "inner_gap": self._gap}


def potential_field(source: Array) -> Array:
    """The gradient field p (2, size, size) with ∇ᵀp = `source`, which sums to zero."""
    size = source.shape[0]
    waves = 4 * np.sin(np.pi * np.arange(size) / (2 * size)) ** 2
    eigenvalues = waves[:, None] + waves
    eigenvalues[0, 0] = 1  # the mean, which is zero
    potential = fft.idctn(fft.dctn(source, norm="ortho") / eigenvalues, norm="ortho")
    field = np.empty((2, size, size))
    tv_kernels.gradient(potential, field)
    return field


class _DualLoop:
    """The dual variable of one prox, and the ways to run it."""

    def __init__(self, prior: GradientPrior, noisy: Array, gamma: float, dual: Array) -> None:
        number = noisy.dtype.type
        self.noisy, self.gamma, self.dual = noisy, gamma, dual
        self.iterations = 0
        self._leading = dual.copy()
        self._corner, self._anisotropic = number(prior.corner), prior.anisotropic
        self._box = number(gamma), number(prior.lower), number(prior.upper)
        # The dual's gradient is 8γ-Lipschitz; the Huber corner adds a square to it, taken
        # implicitly.
        ascent = 1 / (8 * gamma)
        self._step = number(ascent), number(1 / (1 + ascent * prior.corner))

    def until_the_gap_closes(self, iterations: int, gap: float) -> Array:
        """Iterate with FISTA's momentum; return the image of the dual variable."""
        t = 1.0
        image = np.empty_like(self.noisy)
        for self.iterations in range(1, iterations + 1):
            before, t = t, (1 + np.sqrt(1 + 4 * t * t)) / 2
            self._sweep(image, (before - 1) / t)
            if self.iterations % LOOK_EVERY == 0 or self.iterations == iterations:
                tv_kernels.primal(self.noisy, self.dual, *self._box, image)
                if self.gap(image) <= gap:
                    break
        return image

    def as_pyproximal(self, iterations: int, tolerance: float, weight: float) -> Array:
        """PyProximal's loop: its momentum, its stopping rule, its last image.

        It returns the image of the extrapolated dual variable, before the step that follows.
        The rule looks at ½‖x − v‖² + weight · Σ h(∇x).
        """
        t, objective = 1.0, 0.0
        image = np.empty_like(self.noisy)
        for self.iterations in range(iterations + 1):
            before, t = t, t + 0.5
            self._sweep(image, (before - 1) / t)
            last = objective
            objective = self._distance(image) + weight * self._lengths(image)[0]
            if objective > 1e-10 and abs(objective - last) / objective < tolerance:
                break
        return image

    def gap(self, image: Array) -> float:
        """The duality gap at `image` over the primal objective there: 0 once converged."""
        value = self._distance(image) + self.gamma * self._lengths(image)[0]
        bound_image = np.empty_like(image)
        tv_kernels.primal(self.noisy, self.dual, *self._box, bound_image)
        bound = self._distance(bound_image) + self.gamma * self._lengths(bound_image)[1]
        return max(value - bound, 0.0) / value if value > 0 else 0.0

    def _sweep(self, image: Array, momentum: float) -> None:
        tv_kernels.sweep(
            self.noisy,
            image,
            self.dual,
            self._leading,
            *self._box,
            *self._step,
            image.dtype.type(momentum),
            self._anisotropic,
        )

    def _lengths(self, image: Array) -> tuple[float, float]:
        lengths: tuple[float, float] = tv_kernels.lengths(
            image, self.dual, self._corner, self._anisotropic
        )
        return lengths

    def _distance(self, image: Array) -> float:
        difference = np.ravel(image - self.noisy)
        return 0.5 * float(np.vdot(difference, difference))


class _TV(GradientPrior):
    """What the two names of isotropic total variation share."""

    formula = r"g(m) = \sigma \sum_i \lVert (\nabla m)_i \rVert_2"


@final
class TV(_TV):
    """Isotropic total variation."""

    name = "tv"
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
    title = "L21 norm of the gradient"
    prox_formula = (
        r"z = \nabla m, \quad \mathrm{prox}_{\tau \sigma \lVert\cdot\rVert_{2,1}}(z)_i = "
        r"\Bigl(1 - \frac{\tau\sigma}{\max(\lVert z_i \rVert_2, \tau\sigma)}\Bigr) z_i"
    )
    effect = "Total variation under its other name: many pixels without any slope, a few edges."


@final
class AnisotropicTV(GradientPrior):
    """Anisotropic total variation: differences down and to the right are added."""

    name = "tv_anisotropic"
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
    title = "Total variation, non-negative"
    lower = 0.0
    formula = r"g(m) = \sigma \sum_i \lVert (\nabla m)_i \rVert_2 + \iota_{m \ge 0}(m)"
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = \max(0, v - \tau\sigma \nabla^T p^\star), "
        r"\quad \lVert p^\star_i \rVert_2 \le 1"
    )
    effect = "Total variation that knows that nothing absorbs less than nothing: empty stays empty."


@final
class HuberTV(GradientPrior):
    """Total variation with a rounded tip: slopes up to the corner cost their square."""

    name = "huber_tv"
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

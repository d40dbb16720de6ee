"""Priors that look at one pixel at a time; their proximal operators are formulas.

Sources: soft threshold, D. L. Donoho, IEEE Trans. Inf. Theory 41 (1995) 613-627,
DOI 10.1109/18.382009; the rest as in N. Parikh and S. Boyd, Found. Trends Optim. 1 (2014)
127-239, DOI 10.1561/2400000003.
"""

from typing import ClassVar, final

import numpy as np

from core.array_types import AnyArray
from core.methods.priors.base import InnerLoop, Nothing, Prior, Size, Split


@final
class L1(Prior):
    """σ‖m‖₁: few bright pixels."""

    name = "l1"
    position = 70
    takes_volumes = True
    title = "L1 norm of the image"
    formula = r"g(m) = \sigma \lVert m \rVert_1"
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = \mathrm{sign}(v) \max(|v| - \tau\sigma, 0) "
        r"\quad \text{(soft threshold)}"
    )
    effect = "Few bright pixels on black: fits sources in the dark, not a brain."

    def __call__(self, x: AnyArray) -> float:
        """The value σ‖x‖₁."""
        return self.sigma * float(np.sum(np.abs(x)))

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """Every value moves τσ towards zero and stays there when it arrives."""
        threshold = tau * self.sigma
        cut: AnyArray = np.clip(x, -threshold, threshold)
        return x - cut


@final
class L2(Prior):
    """½σ‖m‖²: a small image."""

    name = "l2"
    position = 110
    takes_volumes = True
    title = "Squared L2 norm"
    formula = r"g(m) = \tfrac{\sigma}{2} \lVert m \rVert_2^2"
    prox_formula = r"\mathrm{prox}_{\tau g}(v) = \frac{v}{1 + \tau\sigma}"
    effect = "Everything becomes a little darker, and nothing simpler. This is Tikhonov's damping."

    def __call__(self, x: AnyArray) -> float:
        """The value ½σ‖x‖²."""
        return 0.5 * self.sigma * float(np.vdot(x, x))

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """The image divided by 1 + τσ."""
        return x / (1 + tau * self.sigma)


@final
class Huber(Prior):
    """σ Σ h_δ(m): the penalty is quadratic for small pixels, linear for large."""

    corner: ClassVar[float] = 0.1

    name = "huber"
    position = 120
    takes_volumes = True
    title = "Huber function of the image"
    formula = (
        r"g(m) = \sigma \sum_i h_\delta(m_i), \quad h_\delta(t) = t^2/2\delta \text{ up to } "
        r"\delta, \; |t| - \delta/2 \text{ beyond}; \quad \delta = 0.1"
    )
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v)_i = "
        r"\Bigl(1 - \frac{\tau\sigma}{\max(|v_i|, \delta + \tau\sigma)}\Bigr) v_i"
    )
    effect = "The L1 norm smoothed at zero: faint pixels fade instead of vanishing."

    def __call__(self, x: AnyArray) -> float:
        """The value σ Σ h(x)."""
        size = np.abs(x)
        short = np.minimum(size, self.corner)
        return self.sigma * float(np.sum(short**2 / (2 * self.corner) + size - short))

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """Division by 1 + τσ/δ up to |x| = δ + τσ, a step of τσ towards zero beyond.

        PyProximal's `Huber` changes from one to the other at |x| = δ, where they differ.
        """
        weight = tau * self.sigma
        return x * (1 - weight / np.maximum(np.abs(x), self.corner + weight))


class _Range(Prior):
    """Images with lower ≤ m ≤ upper."""

    weighted = False
    lower: ClassVar[float]
    upper: ClassVar[float]

    def __init__(self, size: Size, sigma: float = 1.0, inner: InnerLoop | None = None) -> None:
        super().__init__(size, sigma, inner)

    def __call__(self, x: AnyArray) -> float:
        """Zero: an indicator is left out of the objective."""
        return 0.0

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """The nearest image within the range, whatever τ."""
        return np.clip(x, self.lower, self.upper)

    def split(self) -> Split:
        """Nothing but the range."""
        plain = super().split()
        return Split(
            operator=plain.operator,
            norm_squared=1.0,
            term=Nothing(),
            lower=self.lower,
            upper=self.upper,
        )


@final
class Box(_Range):
    """Every pixel between 0 and 1."""

    name = "box"
    position = 100
    takes_volumes = True
    title = "Box: between 0 and 1"
    lower, upper = 0.0, 1.0
    formula = r"g(m) = \iota_{[0, 1]}(m) = 0 \text{ if } 0 \le m \le 1, \; \infty \text{ else}"
    prox_formula = r"\mathrm{prox}_{\tau g}(v) = \min(\max(v, 0), 1)"
    effect = "Nothing darker than empty, nothing brighter than the brightest tissue."


@final
class Nonnegative(_Range):
    """No pixel below zero."""

    name = "nonnegative"
    position = 90
    takes_volumes = True
    title = "Non-negativity"
    lower, upper = 0.0, np.inf
    formula = r"g(m) = \iota_{m \ge 0}(m) = 0 \text{ if } m \ge 0, \; \infty \text{ else}"
    prox_formula = r"\mathrm{prox}_{\tau g}(v) = \max(v, 0)"
    effect = "Attenuation is never negative: streaks below zero are removed."

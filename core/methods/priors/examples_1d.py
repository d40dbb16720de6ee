"""The prox in one dimension: functions to look at, their prox and their Moreau envelope.

    prox_{τf}(v) = argmin_x f(x) + (x − v)²/(2τ),    env_{τf}(v) = min_x f(x) + (x − v)²/(2τ)

The prox is written down here in closed form; `by_search` finds the same minimum by looking.

Source: N. Parikh and S. Boyd, Proximal algorithms, Found. Trends Optim. 1 (2014) 127-239,
DOI 10.1561/2400000003.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array

CORNER = 0.5
"""Where Huber's parabola becomes a line."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A function of one variable with its prox in closed form.

    `value(x)` is infinite outside a constraint; `prox(v, tau)` takes and returns (points,).
    `formula` and `prox_formula` are LaTeX; `remark` is what to notice.
    """

    title: str
    formula: str
    prox_formula: str
    remark: str
    value: Callable[[Float64Array], Float64Array]
    prox: Callable[[Float64Array, float], Float64Array]

    def envelope(self, v: Float64Array, tau: float) -> Float64Array:
        """The Moreau envelope at v (points,)."""
        x = self.prox(v, tau)
        return self.value(x) + (x - v) ** 2 / (2 * tau)


def _soft(v: Float64Array, threshold: float) -> Float64Array:
    return np.sign(v) * np.maximum(np.abs(v) - threshold, 0)


def _huber(x: Float64Array) -> Float64Array:
    size = np.abs(x)
    return np.where(size <= CORNER, x**2 / (2 * CORNER), size - CORNER / 2)


def _huber_prox(v: Float64Array, tau: float) -> Float64Array:
    inside = v * CORNER / (CORNER + tau)
    return np.where(np.abs(v) <= CORNER + tau, inside, v - tau * np.sign(v))


def _hard(v: Float64Array, tau: float) -> Float64Array:
    return np.where(v**2 > 2 * tau, v, 0.0)


EXAMPLES: dict[str, Example] = {
    "absolute": Example(
        title="Absolute value |x|",
        formula=r"f(x) = |x|",
        prox_formula=r"\mathrm{sign}(v)\,\max(|v| - \tau,\, 0)",
        remark="The *soft threshold*: what is smaller than τ becomes exactly zero, everything "
        "else comes closer to zero by τ. That is how priors make things sparse, and why they "
        "cost contrast.",
        value=np.abs,
        prox=_soft,
    ),
    "half_square": Example(
        title="Half a square, ½x²",
        formula=r"f(x) = \tfrac12 x^2",
        prox_formula=r"\frac{v}{1 + \tau}",
        remark="Everything shrinks by the same factor, nothing becomes zero.",
        value=lambda x: x**2 / 2,
        prox=lambda v, tau: v / (1 + tau),
    ),
    "square": Example(
        title="A square, x²",
        formula=r"f(x) = x^2",
        prox_formula=r"\frac{v}{1 + 2\tau}",
        remark="Twice the function is twice the τ: the 2 in the denominator is easily lost.",
        value=lambda x: x**2,
        prox=lambda v, tau: v / (1 + 2 * tau),
    ),
    "box": Example(
        title="A box: 0 inside [0, 1], infinite outside",
        formula=r"f(x) = \begin{cases} 0 & 0 \le x \le 1 \\ \infty & \text{else} \end{cases}",
        prox_formula=r"\min(\max(v, 0), 1)",
        remark="The prox of a constraint is the projection onto it, whatever τ is.",
        value=lambda x: np.where((x < 0) | (x > 1), np.inf, 0.0),
        prox=lambda v, tau: np.clip(v, 0.0, 1.0),
    ),
    "huber": Example(
        title="Huber's function",
        formula=r"f(x) = \begin{cases} x^2/(2\delta) & |x| \le \delta \\ |x| - \delta/2 & "
        r"\text{else} \end{cases} \qquad \delta = \tfrac12",
        prox_formula=r"\begin{cases} v\,\delta/(\delta + \tau) & |v| \le \delta + \tau \\ "
        r"v - \tau\,\mathrm{sign}(v) & \text{else} \end{cases}",
        remark="It is itself the Moreau envelope of |x|: a corner made round.",
        value=_huber,
        prox=_huber_prox,
    ),
    "count": Example(
        title="Zero or not, |x|⁰",
        formula=r"f(x) = \begin{cases} 0 & x = 0 \\ 1 & \text{else} \end{cases}",
        prox_formula=r"\begin{cases} v & v^2 > 2\tau \\ 0 & \text{else} \end{cases}",
        remark="Not convex: the *hard threshold* jumps. At the jump two points touch at once, "
        "and no solver here is promised a minimum.",
        value=lambda x: np.where(x == 0, 0.0, 1.0),
        prox=_hard,
    ),
}


def by_search(example: Example, v: float, tau: float, reach: float = 4.0) -> float:
    """The prox at v by trying points of [−reach, reach], ever more closely."""
    low, high = -reach, reach
    best = v
    for _ in range(8):
        # Zero and the edges of the box are always tried: there the functions have their corners.
        x = np.concatenate([np.linspace(low, high, 401), [0.0, 1.0]])
        x = x[(x >= low) & (x <= high)]
        best = float(x[np.argmin(example.value(x) + (x - v) ** 2 / (2 * tau))])
        width = (high - low) / 50
        low, high = best - width, best + width
    return best

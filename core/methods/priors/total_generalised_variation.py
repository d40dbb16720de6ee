"""Second-order total generalised variation: total variation that lets slopes pass.

    TGV(m) = min_w  Σ |∇m − w| + β Σ |Ew|,    Ew = ½(∇w + ∇wᵀ),    β = 2

Where the image is affine, w = ∇m is constant and adds nothing; where it jumps, w stays smooth and
the jump adds as much as in total variation. The prox is found with w by the primal-dual iteration
of Chambolle and Pock. Its dual variables p, q bound it from below with p = Eᵀq, |p| ≤ 1.

Source: K. Bredies, K. Kunisch and T. Pock, SIAM J. Imaging Sci. 3 (2010) 492-526, DOI
10.1137/090769521; A. Chambolle and T. Pock (2011), DOI 10.1007/s10851-010-0251-1.
"""

from collections.abc import Mapping
from typing import Any, final

import numba
import numpy as np
import pylops
from pyproximal import ProxOperator

from core.array_types import AnyArray
from core.methods.priors.base import LOOK_EVERY, InnerLoop, Prior, Size, Split
from core.methods.priors.total_variation import NO_WEIGHT, PYPROXIMAL_TOLERANCE

BETA = 2.0  # the customary weight of |Ew| against |∇m − w|, in pixels
STEP = 0.05  # of m and w, over the root mean square of the image's differences
VALUE_ITERATIONS = 100  # at least this many look for the w of a value


class SlopeDifferences(pylops.LinearOperator):
    """K: (m, w), (3, size, size), to (∇m − w, Ew), (5, size, size).

    Ew is its diagonal, then √2 times the entry beside it. Differences of m are forward, those of
    w backward; none is across the border.
    """

    norm_squared = (17 + 33**0.5) / 2  # a bound on ‖K‖², from ‖∇‖² ≤ 8 and ‖E‖² ≤ 8

    def __init__(self, size: int) -> None:
        super().__init__(dtype=np.float32, dims=(3, size, size), dimsd=(5, size, size), name="K")

    def _matvec(self, x: AnyArray) -> AnyArray:
        y = np.zeros(self.dimsd, x.dtype)
        _add(x.reshape(self.dims), x.dtype.type(1), y, False)
        return y.ravel()

    def _rmatvec(self, x: AnyArray) -> AnyArray:
        y = np.zeros(self.dims, x.dtype)
        _add(y, x.dtype.type(1), x.reshape(self.dimsd), True)
        return y.ravel()


class SlopeLengths(ProxOperator):
    """h(p, q) = σ (Σ|p| + β Σ|q|) on flat fields (5 × pixels)."""

    def __init__(self, sigma: float) -> None:
        super().__init__(None, False)
        self.sigma = sigma

    def __call__(self, x: AnyArray) -> float:
        """The value at (p, q)."""
        p, q = np.split(np.square(x.reshape(5, -1)), [2])
        lengths = np.sqrt(p.sum(axis=0)) + BETA * np.sqrt(q.sum(axis=0))
        return self.sigma * float(np.sum(lengths, dtype=np.float64))

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """Shorten every vector, by Moreau's identity."""
        return np.asarray(x - self.proxdual(x / x.dtype.type(tau), 1 / tau) * x.dtype.type(tau))

    def proxdual(self, x: AnyArray, tau: float) -> AnyArray:
        """Cut every p to length σ, every q to βσ."""
        if self.sigma == 0:
            return np.zeros_like(x)
        cut = x.reshape(5, -1).copy()
        _cut(cut, x.dtype.type(self.sigma))
        return cut.ravel()

    def stretched(self, scale: float) -> "SlopeLengths":
        """The function z ↦ h(z/scale)."""
        return SlopeLengths(self.sigma / scale)


@final
class TotalGeneralisedVariation(Prior):
    """σ times second-order total generalised variation."""

    name = "tgv"
    position = 55
    title = "Total generalised variation"
    closed = False
    formula = (
        r"g(m) = \sigma \min_w \sum_i \lVert (\nabla m)_i - w_i \rVert_2 "
        r"+ 2 \lVert (\mathcal E w)_i \rVert_F, \quad "
        r"\mathcal E w = \tfrac12 (\nabla w + \nabla w^T)"
    )
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = v - \tau\sigma \nabla^T \mathcal E^T q^\star, \quad "
        r"\lVert (\mathcal E^T q^\star)_i \rVert_2 \le 1, \; \lVert q^\star_i \rVert_F \le 2"
    )
    effect = "Total variation without the staircase: slopes stay slopes, and edges stay sharp."

    def __init__(self, size: Size, sigma: float, inner: InnerLoop | None = None) -> None:
        super().__init__(size, sigma, inner)
        self._operator = SlopeDifferences(self.size)
        self._state: tuple[AnyArray, AnyArray] | None = None
        self._report: dict[str, float] = {"inner_iterations": 0.0, "inner_gap": 0.0}

    def __call__(self, x: AnyArray) -> float:
        """The value σ TGV(x), with the w of 100 iterations or of `inner`'s, or w = 0."""
        image = np.ascontiguousarray(x).reshape(self.size, self.size)
        unknowns, dual = self._from_zero(image)
        total_variation = self._length(unknowns)
        count = max(VALUE_ITERATIONS, self.inner.iterations)
        self._iterate(image, 0.0, unknowns, dual, count, "fixed")
        return self.sigma * min(self._length(unknowns), total_variation)

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """The prox at x; w and the dual variables go on from the last one, with every rule."""
        noisy, gamma = np.ascontiguousarray(x).reshape(self.size, self.size), self.sigma * tau
        if gamma < NO_WEIGHT:
            return x.copy()
        unknowns, dual = self._state or self._from_zero(noisy)
        back = self._operator.rmatvec(dual.ravel()).reshape(unknowns.shape)[0]
        unknowns[0] = noisy - noisy.dtype.type(gamma) * back
        rule = "gap" if self.inner.warm else self.inner.rule
        count = self._iterate(noisy, gamma, unknowns, dual, self.inner.iterations, rule)
        self._state = unknowns, dual
        gap = self._gap(noisy, gamma, unknowns, dual)
        self._report = {"inner_iterations": float(count), "inner_gap": gap}
        return np.array(unknowns[0]).reshape(x.shape)

    def _from_zero(self, image: AnyArray) -> tuple[AnyArray, AnyArray]:
        zero = np.zeros((5, *image.shape), image.dtype)
        return np.stack([image, *zero[:2]]), zero

    def _iterate(
        self, noisy: AnyArray, gamma: float, x: AnyArray, dual: AnyArray, iterations: int, rule: str
    ) -> int:
        """Iterate on x = (m, w) and (p, q) for ½‖m − v‖² + γ h(Kx); γ = 0 keeps m at v."""
        exact, objective, number = noisy.dtype.type, 0.0, 0
        differences = self._operator.matvec(self._from_zero(noisy)[0].ravel())
        step = STEP * float(np.linalg.norm(differences)) / self.size
        if step == 0:  # a constant image is its own prox
            x[1:], dual[:] = 0, 0
            return 0
        ascent = exact(1 / (SlopeDifferences.norm_squared * step))
        share, ahead = exact(gamma / (gamma + step)), x.copy()
        for number in range(1, iterations + 1):
            _add(ahead, ascent, dual, False)
            _cut(dual.reshape(5, -1), exact(1))
            ahead = -x
            _add(x, exact(-step), dual, True)
            x[0] = noisy + share * (x[0] - noisy)
            ahead += 2 * x
            if number % LOOK_EVERY or rule == "fixed":
                continue
            if rule == "gap" and self._gap(noisy, gamma, x, dual) <= self.inner.gap:
                break
            if rule == "pyproximal":
                before, objective = objective, self._objective(noisy, gamma, x)
                if abs(objective - before) < PYPROXIMAL_TOLERANCE * objective:
                    break
        return number

    def _length(self, x: AnyArray) -> float:
        return SlopeLengths(1.0)(self._operator.matvec(x.ravel()))

    def _objective(self, noisy: AnyArray, gamma: float, x: AnyArray) -> float:
        distance = x[0] - noisy
        return 0.5 * float(np.vdot(distance, distance)) + gamma * self._length(x)

    def _gap(self, noisy: AnyArray, gamma: float, x: AnyArray, dual: AnyArray) -> float:
        """The duality gap over the objective, from the dual variables scaled to be feasible."""
        p, q = np.zeros_like(dual), dual.copy()
        q[:2] = 0
        p[:2] = self._operator.rmatvec(q.ravel()).reshape(x.shape)[1:]
        back = gamma * self._operator.rmatvec(p.ravel())[: noisy.size]
        across, square = float(np.vdot(back, noisy)), float(np.vdot(back, back))
        scale = 1 / max(1.0, float(np.hypot(p[0], p[1]).max()))
        scale = min(scale, across / square) if square > 0 else 0.0
        objective = self._objective(noisy, gamma, x)
        excess = objective - scale * across + 0.5 * scale**2 * square
        return max(excess, 0.0) / objective if objective > 0 else 0.0

    def split(self) -> Split:
        """h(K(m, w)), all in closed form: w becomes an unknown of the solver."""
        return Split(
            operator=self._operator,
            norm_squared=SlopeDifferences.norm_squared,
            term=SlopeLengths(self.sigma),
            auxiliary=2 * self.size**2,
        )

    def report(self) -> Mapping[str, float]:
        """Inner iterations done, and the duality gap left over the inner objective."""
        return self._report


_compiled = numba.njit(cache=True, nogil=True)


@_compiled
def _pair(x: Any, scale: Any, y: Any, adjoint: bool) -> None:
    """An entry `scale` of K between rows of x and y."""
    source, target = (y, x) if adjoint else (x, y)
    for j in range(source.size):
        target[j] += scale * source[j]


@_compiled
def _add(x: Any, scale: Any, y: Any, adjoint: bool) -> None:
    """Add scale · K(m, w) to y (5, rows, columns), or scale · Kᵀy to x (3, rows, columns)."""
    m, u, v = x[0], x[1], x[2]
    half = scale * x.dtype.type(np.sqrt(0.5))
    last = m.shape[0] - 1
    for i in range(last + 1):
        if i < last:
            _pair(m[i + 1], scale, y[0, i], adjoint)
            _pair(m[i], -scale, y[0, i], adjoint)
            _pair(u[i], -scale, y[0, i], adjoint)
            _pair(u[i, 1:], half, y[4, i, 1:], adjoint)
            _pair(u[i, :-1], -half, y[4, i, 1:], adjoint)
        _pair(m[i, 1:], scale, y[1, i, :-1], adjoint)
        _pair(m[i, :-1], -scale, y[1, i, :-1], adjoint)
        _pair(v[i, :-1], -scale, y[1, i, :-1], adjoint)
        _pair(v[i, 1:-1], scale, y[3, i, 1:-1], adjoint)
        _pair(v[i, :-2], -scale, y[3, i, 1:-1], adjoint)
        if i > 0:
            _pair(v[i, :-1], half, y[4, i, :-1], adjoint)
            _pair(v[i - 1, :-1], -half, y[4, i, :-1], adjoint)
        if 0 < i < last:
            _pair(u[i], scale, y[2, i], adjoint)
            _pair(u[i - 1], -scale, y[2, i], adjoint)


@_compiled
def _cut(y: Any, radius: Any) -> None:
    """Cut every p of y (5, pixels) to length `radius` > 0, every q to β times that."""
    wide = radius * y.dtype.type(BETA)
    for j in range(y.shape[1]):
        square = y[0, j] * y[0, j] + y[1, j] * y[1, j]
        factor = radius / max(np.sqrt(square), radius)
        y[0, j] *= factor
        y[1, j] *= factor
        square = y[2, j] * y[2, j] + y[3, j] * y[3, j] + y[4, j] * y[4, j]
        factor = wide / max(np.sqrt(square), wide)
        y[2, j] *= factor
        y[3, j] *= factor
        y[4, j] *= factor

"""Total generalised variation; w and the dual variables go on from the last prox."""

import numpy as np
import pylops
import pyproximal

from core.recipes.scan import SIZE

SIGMA = 0.01
INNER_ITERATIONS = 20
INNER_RULE = "pyproximal"

# The prior (all): tgv
shape, nothing = (SIZE, SIZE), pylops.Zero(SIZE * SIZE, dtype=np.float32)
forward, backward = (
    [pylops.FirstDerivative(shape, axis=axis, kind=kind, edge=False) for axis in (0, 1)]
    for kind in ("forward", "backward")
)
down, right = np.ones(shape, np.float32), np.ones(shape, np.float32)
down[-1] = right[:, -1] = 0  # the last pixel has no next one
down, right = pylops.Diagonal(down.ravel()), pylops.Diagonal(right.ravel())
half = np.sqrt(0.5)
K = pylops.Block(  # (m, w) → (∇m − w, Ew)
    [
        [forward[0], -down, nothing],
        [forward[1], nothing, -right],
        [nothing, down * backward[0], nothing],
        [nothing, nothing, right * backward[1]],
        [nothing, half * down * backward[1], half * right * backward[0]],
    ],
    dtype=np.float32,
)
K_norm_squared = (17 + 33**0.5) / 2


def slope_lengths(y: np.ndarray) -> list[np.ndarray]:
    """|∇m − w| and |Ew| in each pixel."""
    return [np.linalg.norm(part, axis=0) for part in np.split(y.reshape(5, -1), [2])]


def shortened(y: np.ndarray, by: float) -> np.ndarray:
    """Every ∇m − w shorter by so much, every Ew by twice that."""
    p, q = np.split(y.reshape(5, -1), [2])
    first, second = slope_lengths(y)
    p = p * (1 - by / np.maximum(first, by))
    return np.concatenate([p, q * (1 - 2 * by / np.maximum(second, 2 * by))]).ravel()


# The prior (whole, warm): tgv


class TGV(pyproximal.ProxOperator):
    """σ min over w of Σ |∇m − w| + 2 Σ |Ew|, its prox by Chambolle and Pock's iteration."""

    def __init__(self) -> None:
        super().__init__(None, False)
        self.w, self.dual = np.zeros(2 * SIZE * SIZE), np.zeros(5 * SIZE * SIZE)
        self.last = 0.0

    def value(self, x: np.ndarray, v: np.ndarray, gamma: float) -> float:
        """The objective of the prox at x = (m, w)."""
        first, second = slope_lengths(K @ x)
        return float(np.sum((x[: v.size] - v) ** 2) / 2 + gamma * np.sum(first + 2 * second))

    def __call__(self, x: np.ndarray) -> float:
        """The value at x, with the last w."""
        first, second = slope_lengths(K @ np.concatenate([x, self.w]))
        return SIGMA * float(np.sum(first + 2 * second))

    def done(self, count: int, x: np.ndarray, v: np.ndarray, gamma: float) -> bool:
        """When the loop may end: here never."""
        return False

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The prox with w and the dual variables from where the last one ended."""
        v, gamma, self.last = x.astype(float), SIGMA * tau, 0.0
        step = 0.05 * np.linalg.norm(K @ np.pad(v, (0, 2 * v.size))) / SIZE
        if gamma == 0 or step == 0:
            return x
        start = v - gamma * (K.H @ self.dual)[: v.size]
        x = ahead = np.concatenate([start, self.w])
        for count in range(1, INNER_ITERATIONS + 1):
            risen = self.dual + K @ ahead / (K_norm_squared * step)
            self.dual = risen - shortened(risen, 1.0)
            before, x = x, x - step * (K.H @ self.dual)
            x[: v.size] = v + gamma / (gamma + step) * (x[: v.size] - v)
            ahead = 2 * x - before
            if count % 4 == 0 and self.done(count, x, v, gamma):
                break
        self.w = x[v.size :]
        return x[: v.size].astype(np.float32)


# The prior (whole): tgv


class ProximalTGV(TGV):
    """With PyProximal's stopping rule."""

    def done(self, count: int, x: np.ndarray, v: np.ndarray, gamma: float) -> bool:
        """Whether the objective changes by less than 1e-4 of itself."""
        before, self.last = self.last, self.value(x, v, gamma)
        return INNER_RULE == "pyproximal" and abs(self.last - before) < 1e-4 * self.last


g = ProximalTGV()

# The prior (warm): tgv


class WarmTGV(TGV):
    """Until the duality gap is 1e-6."""

    def done(self, count: int, x: np.ndarray, v: np.ndarray, gamma: float) -> bool:
        """Whether the gap is small, once the dual variables are scaled to be feasible."""
        p, q = np.zeros_like(self.dual), self.dual.copy()
        q[: 2 * v.size] = 0
        p[: 2 * v.size] = (K.H @ q)[v.size :]
        back = gamma * (K.H @ p)[: v.size]
        across, square = back @ v, back @ back
        scale = min(1 / max(1.0, slope_lengths(p)[0].max()), across / square) if square > 0 else 0.0
        value = self.value(x, v, gamma)
        return bool(value - scale * across + scale**2 * square / 2 <= 1e-6 * value)


g = WarmTGV()

# The prior (split): tgv
lower, upper = -np.inf, np.inf


class SlopeLengths(pyproximal.ProxOperator):
    """σ (Σ |∇m − w| + 2 Σ |Ew|)."""

    def __call__(self, x: np.ndarray) -> float:
        """The value."""
        first, second = slope_lengths(x)
        return SIGMA * float(np.sum(first + 2 * second))

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Shorten every vector."""
        return shortened(x, SIGMA * tau)


h = SlopeLengths() if SIGMA > 0 else pyproximal.Box()  # no prior

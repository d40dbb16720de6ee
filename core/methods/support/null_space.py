"""What of a reconstruction the data could have said, and what they could not.

    m̂ = m̂_∥ + m̂_0,    m̂_∥ = G⁺G m̂,    G m̂_0 = 0

m̂_∥ is the image of least norm with the same data as m̂; CGLS on G m = G m̂ from an empty image
converges to it, because its iterates never leave the range of Gᵀ. m̂_0 leaves no trace in any
datum: whatever it shows, the method has taken from elsewhere.

Source: P. C. Hansen, Discrete Inverse Problems: Insight and Algorithms, SIAM, 2010,
DOI 10.1137/1.9780898718836; CGLS: see `cgls`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from pylops.optimization.cls_basic import CGLS

from core.array_types import Float32Array, Image
from core.projection.projector import Projector

TOLERANCE = 1e-5
"""‖G m̂_0‖/‖G m̂‖ at which it counts as nothing. What G weakens by more than that counts as unseen
with it: no detector reads five digits."""

MOST_ITERATIONS = 400


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """An image in two parts (size, size), which add up to it.

    `leak` is ‖G m̂_0‖/‖G m̂‖, what the unseen part still leaves in the data; `iterations` of CGLS
    were done, fewer than enough where `whole` is False because it was stopped.
    """

    measured: Float32Array
    unseen: Float32Array
    leak: float
    iterations: int
    whole: bool = True

    @property
    def share(self) -> float:
        """‖m̂_0‖/‖m̂‖; the squares of the parts' norms add up to that of the image."""
        unseen = float(np.linalg.norm(self.unseen))
        total = float(np.hypot(unseen, np.linalg.norm(self.measured)))
        return unseen / total if total > 0 else 0.0


def split(
    operator: Projector,
    image: Image,
    on_step: Callable[[int], bool] = lambda _: False,
    *,
    tolerance: float = TOLERANCE,
) -> Split:
    """Split an image (size, size) with respect to G, to `tolerance` or 400 iterations.

    `on_step` is called with the number of each iteration and may return True to end it there.
    """
    data = operator.project(image).ravel()
    norm = float(np.linalg.norm(data))
    solver = CGLS(operator)
    x = solver.setup(data, tol=0, preallocate=True)
    leak, iterations, whole = 1.0 if norm > 0 else 0.0, 0, True
    while leak > tolerance and iterations < MOST_ITERATIONS:
        if on_step(iterations):
            whole = False
            break
        x = solver.step(x)
        iterations += 1
        leak = float(np.linalg.norm(solver.s)) / norm
    measured = x.reshape(operator.dims)
    unseen = image - measured
    if norm > 0:  # the solver's own residual is updated, not computed, and drifts
        leak = float(np.linalg.norm(operator.project(unseen))) / norm
    return Split(measured=measured, unseen=unseen, leak=leak, iterations=iterations, whole=whole)

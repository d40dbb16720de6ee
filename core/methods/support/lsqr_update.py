"""The x-update of ADMM: least squares with a quadratic pull, by LSQR from a given start.

    x = argmin_x  ½‖Gx − d‖² + ½w²‖Kx − t‖²        ⇔        [G; wK] x ≈ [d; wt]

SciPy's LSQR does the same through PyLops' stacked operators; at 320² it spends as much time on
copies as the projector on projecting. Here the two blocks stay apart and nothing is copied.

Source: C. C. Paige and M. A. Saunders, LSQR: an algorithm for sparse linear equations and sparse
least squares, ACM Trans. Math. Softw. 8 (1982) 43-71, DOI 10.1145/355984.355989.
"""

import math
from dataclasses import dataclass

import numpy as np
import pylops

from core.array_types import Float32Array, Sinogram, Vector


@dataclass(frozen=True, kw_only=True, eq=False)
class StackedSystem:
    """[G; wK] and the data d; images and targets are flat, float32."""

    operator: pylops.LinearOperator
    data: Sinogram
    rows: pylops.LinearOperator
    weight: float

    def lsqr(self, start: Vector, target: Vector, iterations: int) -> tuple[Float32Array, float]:
        """Iterate from `start`; return x and the norm of the gradient left there."""
        weight = np.float32(self.weight)
        rays = np.ravel(self.data) - self.operator.matvec(start)
        pull = weight * (target - self.rows.matvec(start))
        beta = _normalise(rays, pull)
        bidiagonal = self.operator.rmatvec(rays)
        bidiagonal += weight * self.rows.rmatvec(pull)
        alpha = _normalise(bidiagonal)
        x, direction = start.copy(), bidiagonal.copy()
        rho_bar, phi_bar, gradient = alpha, beta, alpha * beta
        for _ in range(iterations):
            if gradient == 0:
                break
            rays *= np.float32(-alpha)
            rays += self.operator.matvec(bidiagonal)
            pull *= np.float32(-alpha)
            pull += weight * self.rows.matvec(bidiagonal)
            beta = _normalise(rays, pull)
            bidiagonal *= np.float32(-beta)
            bidiagonal += self.operator.rmatvec(rays)
            bidiagonal += weight * self.rows.rmatvec(pull)
            alpha = _normalise(bidiagonal)
            rho = math.hypot(rho_bar, beta)
            cosine, sine = rho_bar / rho, beta / rho
            x += np.float32(cosine * phi_bar / rho) * direction
            direction *= np.float32(-sine * alpha / rho)
            direction += bidiagonal
            rho_bar, phi_bar = -cosine * alpha, sine * phi_bar
            gradient = phi_bar * alpha * abs(cosine)
        return x, gradient


def _normalise(*blocks: Float32Array) -> float:
    """Divide the blocks of a vector by its norm, in place; return the norm."""
    norm = math.sqrt(sum(float(np.vdot(block, block)) for block in blocks))
    if norm > 0:
        for block in blocks:
            block *= np.float32(1 / norm)
    return norm

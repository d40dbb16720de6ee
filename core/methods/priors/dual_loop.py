"""The inner loop of total variation's prox: accelerated projected ascent on the dual.

    p ← P_{|p|≤1} (q + ∇x(q) / 4nγ),   x(q) = P_{[l,u]}(v − γ∇ᵀq)

in n dimensions, and q runs ahead of p with FISTA's momentum, or with PyProximal's.

Source: A. Beck and M. Teboulle, IEEE Trans. Image Process. 18 (2009) 2419-2434,
DOI 10.1109/TIP.2009.2028250.
"""

from typing import Protocol

import numpy as np
from scipy import fft

from core.array_types import AnyArray
from core.methods.priors import tv_kernels
from core.methods.priors.base import LOOK_EVERY
from core.methods.priors.volume_tv_kernels import kernels_for


class Function(Protocol):
    """What of a prior the loop needs to know: h and the bounds on m."""

    anisotropic: bool
    corner: float
    lower: float
    upper: float


def potential_field(source: AnyArray) -> AnyArray:
    """The gradient field p (2, size, size) with ∇ᵀp = `source`, which sums to zero."""
    size = source.shape[0]
    waves = 4 * np.sin(np.pi * np.arange(size) / (2 * size)) ** 2
    eigenvalues = waves[:, None] + waves
    eigenvalues[0, 0] = 1  # the mean, which is zero
    potential = fft.idctn(fft.dctn(source, norm="ortho") / eigenvalues, norm="ortho")
    field = np.empty((2, size, size), potential.dtype)
    tv_kernels.gradient(potential, field)
    return field


class DualLoop:
    """The dual variable of one prox, and the ways to run it."""

    def __init__(self, prior: Function, noisy: AnyArray, gamma: float, dual: AnyArray) -> None:
        number = noisy.dtype.type
        self._kernels = kernels_for(noisy.ndim)
        self.noisy, self.gamma, self.dual = noisy, gamma, dual
        self.iterations, self.gap = 0, 0.0
        self._leading = dual.copy()
        self._corner, self._anisotropic = number(prior.corner), prior.anisotropic
        self._box = number(gamma), number(prior.lower), number(prior.upper)
        # The dual's gradient is 4nγ-Lipschitz; the Huber corner adds a square to it, taken
        # implicitly.
        ascent = 1 / (4 * noisy.ndim * gamma)
        self._step = number(ascent), number(1 / (1 + ascent * prior.corner))

    def until_the_gap_closes(self, iterations: int, gap: float) -> AnyArray:
        """Iterate with FISTA's momentum; return the image of the dual variable."""
        t = 1.0
        image = np.empty_like(self.noisy)
        for self.iterations in range(1, iterations + 1):
            before, t = t, (1 + np.sqrt(1 + 4 * t * t)) / 2
            self._sweep(image, (before - 1) / t)
            if self.iterations % LOOK_EVERY == 0 or self.iterations == iterations:
                self._kernels.primal(self.noisy, self.dual, *self._box, image)
                self.gap = self._gap(image, image)
                if self.gap <= gap:
                    break
        return image

    def as_pyproximal(self, iterations: int, tolerance: float, weight: float) -> AnyArray:
        """PyProximal's loop: its momentum, its stopping rule, its last image.

        It returns the image of the extrapolated dual variable, before the step that follows.
        The rule looks at ½‖x − v‖² + weight · Σ h(∇x).
        """
        t, objective = 1.0, 0.0
        image = np.empty_like(self.noisy)
        for self.iterations in range(iterations + 1):
            before, t = t, t + 0.5
            self._sweep(image, (before - 1) / t)
            distance, length, _ = self._measures(image)
            last, objective = objective, distance + weight * length
            if objective > 1e-10 and abs(objective - last) / objective < tolerance:
                break
        of_dual = np.empty_like(image)
        self._kernels.primal(self.noisy, self.dual, *self._box, of_dual)
        self.gap = self._gap(image, of_dual)
        return image

    def _gap(self, image: AnyArray, of_dual: AnyArray) -> float:
        """The duality gap at `image` over the objective there, `of_dual` being the dual's."""
        distance, length, paired = self._measures(image)
        value = distance + self.gamma * length
        if of_dual is not image:
            distance, _, paired = self._measures(of_dual)
        bound = distance + self.gamma * paired
        return max(value - bound, 0.0) / value if value > 0 else 0.0

    def _sweep(self, image: AnyArray, momentum: float) -> None:
        self._kernels.sweep(
            self.noisy,
            image,
            self.dual,
            self._leading,
            *self._box,
            *self._step,
            image.dtype.type(momentum),
            self._anisotropic,
        )

    def _measures(self, image: AnyArray) -> tuple[float, float, float]:
        """½‖x − v‖², Σ h(∇x), and what the dual variable makes of the latter."""
        measures: tuple[float, float, float] = self._kernels.measures(
            image, self.noisy, self.dual, self._corner, self._anisotropic
        )
        return measures

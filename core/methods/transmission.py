"""Transmission: fit the photon counts themselves, without taking their logarithm.

    g(m) = I₀ exp(−s Gm)
    Poisson:        min_m  Σ g − I + I log(I / g)      (the negative log-likelihood, 0 at g = I)
    least squares:  min_m  ½ ‖I − g(m)‖²

by L-BFGS with the gradients s Gᵀ(I − g) and s Gᵀ(g (I − g)). The logarithm of the linearised
problem gives a ray with a hundred photons left the same weight as one with ten thousand; the
likelihood weights them correctly. The counts are read back from the data, I = I₀ exp(−s d), with
s such that the largest datum is the largest attenuation, as in the laboratory's Poisson noise.

Source: K. Lange and R. Carson, EM reconstruction algorithms for emission and transmission
tomography, J. Comput. Assist. Tomogr. 8 (1984) 306-316; L-BFGS-B: R. H. Byrd, P. Lu, J. Nocedal
and C. Zhu, SIAM J. Sci. Comput. 16 (1995) 1190-1208, DOI 10.1137/0916069.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from scipy.optimize import Bounds, minimize

from core.array_types import Float32Array, Float64Array, Image, Sinogram
from core.errors import InputError
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.iterate_callback import SOLVED, Steps, iterate_callback
from core.parameters import param
from core.problem.noise.poisson import LARGEST_ATTENUATION
from core.projection.projector import Projector

LIKELIHOODS = ("poisson", "least_squares")
MEMORY = 10
"""Pairs of steps and gradients that L-BFGS keeps."""
MOST_GAINED = 20.0
"""Noise makes some data negative; e to this power is far beyond what noise does."""


@final
@dataclass(frozen=True, kw_only=True)
class Transmission(IterativeMethod):
    """Nonlinear least squares, or maximum likelihood, for photon counts, by SciPy's L-BFGS-B."""

    name: ClassVar[str] = "transmission"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Transmission model"
    idea: ClassVar[str] = "Fit the photons that were counted, so that dark rays are down-weighted."
    equation: ClassVar[str] = (
        r"g(m) = I_0\, e^{-s G m}, \quad \min_m \textstyle\sum g - I + I \log \tfrac{I}{g} "
        r"\;\text{(Poisson)} \quad\text{or}\quad \min_m \tfrac12 \lVert I - g(m) \rVert^2"
    )
    source: ClassVar[str] = (
        "K. Lange and R. Carson, J. Comput. Assist. Tomogr. 8 (1984) 306-316; "
        "R. H. Byrd, P. Lu, J. Nocedal and C. Zhu (1995), doi:10.1137/0916069"
    )
    minimises: ClassVar[str] = "the negative log-likelihood of the counts"
    guarantee: ClassVar[str] = (
        "The Poisson objective is convex, and L-BFGS reaches its minimum; that of least squares"
        " is not."
    )
    position: ClassVar[int] = 110
    colour: ClassVar[Hue] = "purple"
    dash: ClassVar[Dash] = "dot"

    likelihood: str = param(
        "poisson", choices=LIKELIHOODS, help="What is minimised: the Poisson or the square misfit."
    )
    photons: float = param(
        1e4,
        low=1,
        high=1e9,
        log=True,
        unit="per ray",
        symbol="I_0",
        help="Scales the objective, not the image: at the true I₀ the Poisson objective of the "
        "true image is about half the number of rays.",
    )
    attenuation: float = param(
        LARGEST_ATTENUATION,
        low=0.1,
        high=12.0,
        symbol=r"s\,d_{\max}",
        help="The attenuation of the thickest ray, which sets s. The larger, the more "
        "thick rays are down-weighted; near 0 the problem is the linear one.",
    )
    nonnegative: bool = param(False, help="Bound the pixels from below by zero.")
    iterations: int = param(30, low=0, high=500, symbol="k", help="L-BFGS iterations.")

    def iterate(self, operator: Projector, data: Sinogram) -> Steps:
        """Yield L-BFGS's iterates from an empty image.

        Raises `InputError` for data that no count of photons explains.
        """
        if -self.scale(data) * float(data.min(initial=0)) > MOST_GAINED:
            raise InputError(
                f"The transmission model needs data that are logarithms of losses: "
                f"{data.min():.3g} is too far below zero for data up to {data.max():.3g}, "
                "since it would mean that a ray gained photons on its way."
            )
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        if self.iterations == 0:
            return None
        if not data.any():
            return SOLVED
        return (yield from self._minimise(operator, data, image))

    def data_fidelity(self, operator: Projector, data: Sinogram, residual: Sinogram) -> float:
        """The misfit of the counts that the equation shows, in photons or photons²."""
        value, _ = self.misfit(data, residual)
        return float(value * self.photons ** (1 if self.likelihood == "poisson" else 2))

    def misfit(self, data: Sinogram, residual: Sinogram) -> tuple[float, Float32Array]:
        """The misfit for I₀ = 1 and its gradient with respect to Gm, at Gm = data + residual."""
        s = self.scale(data)
        counts = np.exp(-s * data.astype(np.float64))
        change = s * residual.astype(np.float64)
        lost = -np.expm1(-change)  # (I − g)/I: exact where g is close to I
        if self.likelihood == "poisson":
            value = np.sum(counts * (change - lost))
            gradient = s * counts * lost
        else:
            value = 0.5 * np.sum(np.square(counts * lost))
            gradient = s * np.square(counts) * lost * (1 - lost)
        return float(value), gradient.astype(np.float32)

    def scale(self, data: Sinogram) -> float:
        """The factor s: `attenuation` over the largest datum (1 if that is not positive)."""
        largest = float(data.max(initial=0))
        return self.attenuation / largest if largest > 0 else 1.0

    def _minimise(self, operator: Projector, data: Sinogram, start: Image) -> Steps:
        outcome: list[str] = []

        def value_and_gradient(x: Float64Array) -> tuple[float, Float64Array]:
            image = x.reshape(operator.dims).astype(np.float32)
            value, gradient = self.misfit(data, operator.project(image) - data)
            return value, operator.back_project(gradient).ravel().astype(np.float64)

        def run(report: Callable[[Step], None]) -> None:
            def callback(intermediate_result: Any) -> None:
                report(Step(image=intermediate_result.x.reshape(operator.dims).astype(np.float32)))

            result = minimize(
                value_and_gradient,
                start.ravel(),
                jac=True,
                method="L-BFGS-B",
                bounds=Bounds(0, np.inf) if self.nonnegative else None,
                callback=callback,
                options={
                    "maxiter": self.iterations,
                    "maxfun": 20 * self.iterations,
                    "maxcor": MEMORY,
                    "ftol": 0,
                    "gtol": 0,
                },
            )
            if result.nit < self.iterations:
                outcome.append("No step lowers the misfit any more, up to round-off.")

        yield from iterate_callback(run)
        return outcome[0] if outcome else None

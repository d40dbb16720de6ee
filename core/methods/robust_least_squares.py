"""Robust least squares: another misfit than the square, for outliers and for photon noise.

    min_m  Σ_i ρ(√a_i (Gm − d)_i) + ½ε²‖Rm‖²

    squares   ρ(r) = ½r²
    Huber     ρ(r) = ½r² for |r| ≤ δ, else δ(|r| − ½δ),  δ = c s
    L1        ρ(r) = s|r|, rounded below 0.05 s as Huber's is below δ

s is the noise of the data, estimated from them. Each ρ is minimised by
iteratively reweighted least squares: the parabola ½wr² with w = ρ'(r)/r lies above ρ and touches it
at the present residual, so that no step raises the objective. A ray far off its prediction counts
less in the next step: at a distance of ten δ a tenth.

a_i = 1 without weights. Photon counts I = I₀ exp(−sd) make the variance of a logarithm about 1/I,
so that a ray counts by its photons: a_i = exp(−s d_i) over the mean of these.

Source: P. J. Huber, Robust estimation of a location parameter, Ann. Math. Stat. 35 (1964) 73-101,
DOI 10.1214/aoms/1177703732; P. W. Holland and R. E. Welsch, Robust regression using iteratively
reweighted least-squares, Commun. Stat. Theory Methods 6 (1977) 813-827,
DOI 10.1080/03610927708827533; photon weights: K. Sauer and C. Bouman, A local update strategy for
iterative reconstruction from projections, IEEE Trans. Signal Process. 41 (1993) 534-548.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import pylops

from core.array_types import Float32Array, Float64Array, Image, Sinogram
from core.methods.base import Dash, Family, Hue, IterativeMethod, Step
from core.methods.support.lsqr_update import StackedSystem
from core.methods.support.noise_level import noise_level
from core.methods.support.regularisers import REGULARISERS, half_squares, regularisers
from core.parameters import param
from core.problem.noise.poisson import LARGEST_ATTENUATION
from core.projection.projector import Projector

MISFITS = ("huber", "l1", "squares")
WEIGHTS = ("equal", "photons")
ROUNDED = 0.05
"""Below this multiple of the noise the L1 misfit is a parabola."""


@final
@dataclass(frozen=True, kw_only=True)
class RobustLeastSquares(IterativeMethod):
    """Reweighted least squares; each step is a few LSQR iterations from the last image."""

    name: ClassVar[str] = "robust_least_squares"
    family: ClassVar[Family] = "classical"
    title: ClassVar[str] = "Robust least squares"
    idea: ClassVar[str] = "Let a ray that is far off count less: an outlier, or one of few photons."
    equation: ClassVar[str] = (
        r"\min_m \textstyle\sum_i \rho\bigl(\sqrt{a_i}\,(Gm - d)_i\bigr) "
        r"+ \tfrac12 \epsilon^2 \lVert R m \rVert^2"
    )
    source: ClassVar[str] = (
        "P. J. Huber (1964), doi:10.1214/aoms/1177703732; P. W. Holland and R. E. Welsch (1977), "
        "doi:10.1080/03610927708827533; K. Sauer and C. Bouman, IEEE Trans. Signal Process. 41 "
        "(1993) 534-548"
    )
    strength: ClassVar[str] = "epsilon"
    minimises: ClassVar[str] = "Σρ(Gm − d) + ½ε²‖Rm‖²"
    guarantee: ClassVar[str] = "The objective is convex and never rises."
    cost: ClassVar[str] = "several G and Gᵀ in each reweighting"
    position: ClassVar[int] = 25
    colour: ClassVar[Hue] = "olive"
    dash: ClassVar[Dash] = "dashdot"

    misfit: str = param(
        "huber",
        choices=MISFITS,
        symbol=r"\rho",
        words={"huber": "Huber", "l1": "L1 norm", "squares": "Squares"},
        help="Squares give an outlier a pull that grows with it; with Huber's and the L1 norm the "
        "pull stays the same beyond c, or everywhere.",
    )
    threshold: float = param(
        1.345,
        low=0.1,
        high=10,
        log=True,
        symbol="c",
        unit="× noise",
        only=("misfit", ("huber",)),
        help="Where Huber's parabola becomes a line, in multiples of the noise, which is estimated "
        "from the data. 1.345 loses 5 % of efficiency where the noise is Gaussian.",
    )
    weights: str = param(
        "equal",
        choices=WEIGHTS,
        symbol="a",
        help="How much a ray counts: all alike, or by the photons that are left of it.",
    )
    attenuation: float = param(
        LARGEST_ATTENUATION,
        low=0.1,
        high=12.0,
        symbol=r"s\,d_{\max}",
        only=("weights", ("photons",)),
        help="The attenuation of the thickest ray, from which the photons of the others follow.",
    )
    epsilon: float = param(
        3.0,
        low=0.01,
        high=1000,
        regularises=True,
        log=True,
        symbol=r"\epsilon",
        help="The weight of the regulariser against the data.",
    )
    regulariser: str = param(
        "laplacian",
        choices=REGULARISERS,
        symbol="R",
        help="What is penalised: curvature, slope, or brightness itself.",
    )
    iterations: int = param(15, low=0, high=200, symbol="k", help="Reweightings.")
    inner_iterations: int = param(
        10, low=1, high=100, help="LSQR iterations between two reweightings."
    )

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the image after each reweighting, from an empty image."""
        image = np.zeros(operator.dims, np.float32)
        yield Step(image=image)
        rows = pylops.VStack(regularisers(self.regulariser, operator.dims, 1.0), dtype=np.float32)
        target = np.zeros(rows.shape[0], np.float32)
        photons = self.ray_weights(data)
        # Of an empty image all rays are far off: it starts from plain least squares.
        weights = photons
        for _ in range(self.iterations):
            roots = np.sqrt(weights).ravel()
            system = StackedSystem(
                operator=pylops.Diagonal(roots, dtype=np.float32) * operator,
                data=roots * data.ravel(),
                rows=rows,
                weight=self.epsilon,
            )
            flat, _ = system.lsqr(image.ravel(), target, self.inner_iterations)
            image = flat.reshape(operator.dims)
            yield Step(image=image)
            weights = photons * self.reweighted(data, operator.project(image) - data)

    def ray_weights(self, data: Sinogram) -> Float32Array:
        """The weights a (angles, detectors), of mean 1."""
        largest = float(data.max(initial=0))
        if self.weights == "equal" or largest <= 0:
            return np.ones_like(data)
        photons = np.exp(-self.attenuation / largest * data.astype(np.float64))
        return np.asarray(photons / photons.mean(), np.float32)

    def reweighted(self, data: Sinogram, residual: Sinogram) -> Float32Array:
        """ρ'(r)/r (angles, detectors) of the scaled residuals r = √a (Gm − d)."""
        if self.misfit == "squares":
            return np.ones_like(data)
        size = np.abs(np.sqrt(self.ray_weights(data)) * residual)
        bend, slope = self._bend(data)
        return (slope / np.maximum(size, bend)).astype(np.float32)

    def data_fidelity(self, operator: Projector, data: Sinogram, residual: Sinogram) -> float:
        """Σ ρ(√a (Gm − d))."""
        return float(self.rho(data, residual).sum())

    def rho(self, data: Sinogram, residual: Sinogram) -> Float64Array:
        """ρ (angles, detectors) of each ray."""
        size = np.abs(np.sqrt(self.ray_weights(data)) * residual.astype(np.float64))
        if self.misfit == "squares":
            return np.asarray(0.5 * size**2)
        bend, slope = self._bend(data)
        line = slope * (size - bend / 2)
        return np.asarray(np.where(size <= bend, 0.5 * slope / bend * size**2, line))

    def _bend(self, data: Sinogram) -> tuple[float, float]:
        """Where the parabola becomes a line, and the slope of the line."""
        noise = noise_level(data)
        if self.misfit == "l1":
            return ROUNDED * noise, noise
        return self.threshold * noise, self.threshold * noise

    def regulariser_value(self, operator: Projector, data: Sinogram, image: Image) -> float:
        """½ε²‖Rm‖²."""
        return half_squares(regularisers(self.regulariser, operator.dims, self.epsilon), image)

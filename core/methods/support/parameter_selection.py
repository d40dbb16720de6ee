"""Rules for choosing a regularisation parameter from a sweep over its values.

Every rule looks at what the sweep measured and names one of its values, or says why it cannot.
Only the oracle knows the truth: it shows how far the others are from the best.
"""

from dataclasses import dataclass
from math import comb
from typing import Literal

import numpy as np

from core.array_types import Float32Array, Float64Array, Sinogram
from core.problem.measurement import Measurement, SimulatedMeasurement

Rule = Literal["l_curve", "discrepancy", "ncp", "gcv", "oracle"]
SWEEP_RULES: tuple[Rule, ...] = ("l_curve", "discrepancy", "gcv", "oracle")

MERGED = 0.02
"""Points of the L-curve closer than this fraction of its extent count as one."""

ORDER = 8
"""Of the differences that the noise is estimated from."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SweepCurve:
    """What a sweep measured at each value of the parameter; all arrays are (values,).

    `residual_norm` is ‖Gm − d‖ and `penalty` the seminorm ‖Rm‖ up to a factor that is the same
    for all. `freedom` is the trace of the influence matrix ∂(Gm)/∂d: how many of the `rays`
    data the method spends on the image. `snr` (dB) is NaN where there is no truth.
    """

    values: Float64Array
    residual_norm: Float64Array
    penalty: Float64Array
    freedom: Float64Array
    snr: Float64Array
    rays: int

    @property
    def gcv(self) -> Float64Array:
        """The generalised cross-validation score, N‖Gm − d‖² / (N − freedom)²."""
        left = np.maximum(self.rays - self.freedom, 1e-3 * self.rays)
        score: Float64Array = self.rays * np.square(self.residual_norm / left)
        return score


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a rule says: the index of a value, or None; `message` explains it to the learner."""

    rule: Rule
    index: int | None
    message: str


@dataclass(frozen=True, kw_only=True)
class NoiseNorm:
    """The expected ‖n‖ of the data, in their units; `known`, or estimated from the data."""

    value: float
    known: bool


def l_curve(curve: SweepCurve) -> Choice:
    """The corner of log‖Rm‖ against log‖Gm − d‖: the point of greatest positive curvature.

    Source: P. C. Hansen and D. P. O'Leary (1993), doi:10.1137/0914086.
    """
    curvature = l_curve_curvature(curve)
    if not np.nanmax(curvature, initial=-np.inf) > 0:
        return Choice(
            rule="l_curve", index=None, message="The L-curve has no corner among these values."
        )
    return Choice(
        rule="l_curve",
        index=int(np.nanargmax(curvature)),
        message="The corner: on one side a smoother image fits worse, on the other a closer fit "
        "is rougher.",
    )


def l_curve_curvature(curve: SweepCurve) -> Float64Array:
    """Signed curvature (values,) of the log-log L-curve, positive at a corner.

    It is NaN at the ends, and at points that are not on the branch that the theory speaks of,
    where the penalty falls as the residual grows: iterations that have not converged leave it.
    NaN, too, where a point nearly coincides with the last one, because round-off would bend
    the curve there.
    """
    curvature = np.full(len(curve.values), np.nan)
    with np.errstate(divide="ignore"):
        points = np.log([curve.values, curve.residual_norm, curve.penalty])
    branch = _branch(points)
    if len(branch) >= 3:
        t, x, y = points[:, branch]
        dx, dy = np.gradient(x, t), np.gradient(y, t)
        bend = dx * np.gradient(dy, t) - dy * np.gradient(dx, t)
        direction = np.sign(t[-1] - t[0])
        curvature[branch[1:-1]] = (direction * bend / np.power(dx**2 + dy**2, 1.5))[1:-1]
    return curvature


def _branch(points: Float64Array) -> list[int]:
    """Indices along the falling branch, by growing residual, well apart from each other."""
    usable = [i for i in range(points.shape[1]) if np.isfinite(points[:, i]).all()]
    if not usable:
        return []
    if points[1, usable[-1]] < points[1, usable[0]]:
        usable.reverse()
    x, y = points[1], points[2]
    gap = MERGED * np.hypot(np.ptp(x[usable]), np.ptp(y[usable]))
    kept = usable[:1]
    for i in usable[1:]:
        right, down = x[i] - x[kept[-1]], y[kept[-1]] - y[i]
        if right >= 0 and down >= 0 and np.hypot(right, down) > gap:
            kept.append(i)
    return kept


def discrepancy(curve: SweepCurve, noise: NoiseNorm) -> Choice:
    """The most regularised image that explains the data to within the noise.

    Source: V. A. Morozov (1966), Soviet Math. Dokl. 7, 414-417.
    """
    enough = np.flatnonzero(curve.residual_norm <= noise.value)
    origin = "known" if noise.known else "estimated"
    if not enough.size:
        message = (
            f"No value fits the data to the {origin} noise, ‖n‖ = {noise.value:.3g}: the closest "
            f"leaves ‖Gm − d‖ = {curve.residual_norm.min():.3g}."
        )
        return Choice(rule="discrepancy", index=None, message=message)
    index = int(enough[np.argmax(curve.residual_norm[enough])])
    message = f"‖Gm − d‖ just below the {origin} noise, ‖n‖ = {noise.value:.3g}."
    if enough.size == len(curve.values):
        message += " Every value fits closer than that: try stronger ones."
    return Choice(rule="discrepancy", index=index, message=message)


def gcv(curve: SweepCurve) -> Choice:
    """The least generalised cross-validation score.

    Source: G. H. Golub, M. Heath and G. Wahba (1979), doi:10.1080/00401706.1979.10489751.
    """
    index = int(np.argmin(curve.gcv))
    message = "Predicts best a ray that is left out."
    if index in (0, len(curve.values) - 1):
        message += " The least score is at the end of the sweep: look beyond it."
    return Choice(rule="gcv", index=index, message=message)


def oracle(curve: SweepCurve) -> Choice:
    """The best SNR: an oracle, for it needs the true image."""
    if np.isnan(curve.snr).all():
        return Choice(rule="oracle", index=None, message="There is no truth to compare with.")
    index = int(np.nanargmax(curve.snr))
    return Choice(rule="oracle", index=index, message=f"The best SNR, {curve.snr[index]:.2f} dB.")


def choices(curve: SweepCurve, noise: NoiseNorm) -> tuple[Choice, ...]:
    """What each rule says, the oracle last; nothing for a sweep that was stopped at once."""
    if not curve.values.size:
        message = "No value has been measured."
        return tuple(Choice(rule=rule, index=None, message=message) for rule in SWEEP_RULES)
    return l_curve(curve), discrepancy(curve, noise), gcv(curve), oracle(curve)


def estimated_deviation(data: Sinogram) -> float:
    """Standard deviation of white noise in data (angles, detectors), from the data alone.

    A difference of high order along the detectors wipes out what is smooth; its median modulus
    is hardly moved by the few edges of the object that survive. Fine detail counts as noise:
    on the lecture's scan 1 % of noise is estimated 15 % too high, 5 % of noise 2 %. Needs nine
    detectors; 0 for fewer.

    Source: D. L. Donoho and I. M. Johnstone (1994), doi:10.1093/biomet/81.3.425, with a
    difference in place of the finest wavelet.
    """
    if data.shape[-1] <= ORDER:
        return 0.0
    differences = np.diff(data.astype(np.float64), n=ORDER, axis=-1)
    # The squares of the binomial coefficients add up to the central one of twice the order.
    return float(np.median(np.abs(differences)) / np.sqrt(comb(2 * ORDER, ORDER)) / 0.67449)


def noise_norm(measurement: Measurement) -> NoiseNorm:
    """The expected ‖n‖: from the scan's noise model, or estimated where it was not simulated."""
    deviation = measurement.deviation if isinstance(measurement, SimulatedMeasurement) else None
    if deviation is not None:
        return NoiseNorm(value=float(np.linalg.norm(deviation)), known=True)
    data = measurement.data
    return NoiseNorm(value=estimated_deviation(data) * np.sqrt(data.size), known=False)


def probe(data: Sinogram, seed: int = 0) -> tuple[Float32Array, float]:
    """A probe of random signs and its size δ, for `freedom_of`: 1 % of the data's RMS."""
    random = np.random.Generator(np.random.PCG64(seed))
    signs = random.integers(0, 2, data.shape).astype(np.float32) * 2 - 1
    size = 0.01 * float(np.sqrt(np.mean(np.square(data, dtype=np.float64))))
    return signs, size or 1.0


def freedom_of(
    predicted: Float32Array,
    perturbed: Float32Array,
    signs: Float32Array,
    size: float,
) -> float:
    """Trace of ∂(Gm)/∂d from the predictions for d and for d + δ·signs.

    Hutchinson's estimate wᵀ ∂(Gm)/∂d w with the derivative by a finite difference, so that it
    holds for methods that are not linear in the data, such as a few iterations of LSQR.

    Source: S. Ramani, T. Blu and M. Unser (2008), doi:10.1109/TIP.2008.2001404.
    """
    change = perturbed.astype(np.float64) - predicted.astype(np.float64)
    return float(np.vdot(signs, change)) / size

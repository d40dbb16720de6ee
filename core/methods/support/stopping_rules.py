"""Rules that say at which iterate to stop a method whose iteration number regularises.

The residual of each iterate, and how far its prediction follows the data, are all that a rule sees;
the oracle knows the truth and shows what the others miss.

    discrepancy   the first k with ‖Gm_k − d‖ ≤ ‖n‖
    NCP           the k whose residual looks most like white noise, by its cumulative periodogram
    GCV           the k with the least N‖Gm_k − d‖² / (N − freedom_k)²

Sources: V. A. Morozov (1966), Soviet Math. Dokl. 7, 414-417; P. C. Hansen, M. E. Kilmer and
R. H. Kjeldsen, Exploiting residual information in the parameter choice for discrete ill-posed
problems, BIT 46 (2006) 41-59; P. C. Hansen, J. S. Jørgensen and P. W. Rasmussen, Stopping rules for
algebraic iterative reconstruction methods in computed tomography, ICCSA 2021, 60-70, who take the
periodogram of each view and the mean over the views.
"""

from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array, Sinogram
from core.methods.support.parameter_selection import Choice, NoiseNorm, SweepCurve, gcv, oracle


@dataclass(frozen=True, kw_only=True, eq=False)
class StoppingCurve(SweepCurve):
    """What was measured at each iterate; `values` are the iteration numbers from 0.

    `whiteness` is the distance of each residual from white noise, see `distance_from_white`.
    """

    whiteness: Float64Array


def distance_from_white(residual: Sinogram) -> float:
    """How far the cumulative periodogram of a residual (angles, detectors) is from a straight line.

    For each view: the powers at the frequencies 1 … q = ⌊detectors/2⌋, added up and divided by
    their sum, less j/q, as a Euclidean norm; then the mean over the views. 0 is a flat spectrum.
    """
    power = np.square(np.abs(np.fft.rfft(residual.astype(np.float64), axis=-1)[..., 1:]))
    total = power.sum(axis=-1, keepdims=True)
    count = power.shape[-1]
    if not count:
        return 0.0
    sums = np.cumsum(power, axis=-1) / np.where(total > 0, total, 1)
    line = np.arange(1, count + 1) / count
    return float(np.mean(np.linalg.norm(sums - line, axis=-1)))


def discrepancy(curve: StoppingCurve, noise: NoiseNorm) -> Choice:
    """The first iterate that explains the data to within the noise."""
    origin = "known" if noise.known else "estimated"
    size = f"the {origin} noise, ‖n‖ = {noise.value:.3g}"
    enough = np.flatnonzero(curve.residual_norm <= noise.value)
    if not enough.size:
        message = f"No iterate fits the data to {size}: take more iterations."
        return Choice(rule="discrepancy", index=None, message=message)
    message = f"The first iterate with ‖Gm − d‖ below {size}."
    return Choice(rule="discrepancy", index=int(enough[0]), message=message)


def whitest(curve: StoppingCurve) -> Choice:
    """The iterate whose residual is most like white noise: what is left has no pattern."""
    index = int(np.argmin(curve.whiteness))
    message = "Its residual is most like white noise." + _at_end(curve, index)
    return Choice(rule="ncp", index=index, message=message)


def cross_validation(curve: StoppingCurve) -> Choice:
    """The least generalised cross-validation score."""
    index = gcv(curve).index or 0
    message = "Predicts best a ray that is left out." + _at_end(curve, index)
    return Choice(rule="gcv", index=index, message=message)


def stopping_choices(curve: StoppingCurve, noise: NoiseNorm) -> tuple[Choice, ...]:
    """What each rule says, the oracle last."""
    return discrepancy(curve, noise), whitest(curve), cross_validation(curve), oracle(curve)


def _at_end(curve: StoppingCurve, index: int) -> str:
    return " It is the last one: take more iterations." if index == len(curve.values) - 1 else ""

"""How well a sinogram agrees with itself, without any image: the Helgason–Ludwig conditions.

The k-th moment of a parallel view over the detector coordinate s, ∫ sᵏ d(θ, s) ds, is a homogeneous
polynomial of degree k in cos θ and sin θ. So the mass of the views is the same (k = 0), and their
centres of mass lie on a sinusoid (k = 1). Views that are truncated, badly normalised, at a wrong
angle or of an object that moves break this.

Sources: S. Helgason, Acta Math. 113 (1965) 153-180; D. Ludwig, Comm. Pure Appl. Math. 19
(1966) 49-81.
"""

from dataclasses import dataclass

import numpy as np

from core.array_types import Float64Array, Sinogram

HIGHEST_MOMENT = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """A moment of every view (views,), what it should be for the best object, and the mismatch.

    `mismatch` is the root mean square of the difference, as a share of the mean of |s|ᵏ |d|: for
    k = 0 the spread of the mass.
    """

    order: int
    values: Float64Array
    fitted: Float64Array
    mismatch: float


def moments(data: Sinogram, angles_deg: Float64Array) -> tuple[Moment, ...]:
    """The moments 0 to 3 of parallel views (views, detectors); s runs from −1 to 1.

    A moment that has more unknowns than there are views is left out.
    """
    views, detectors = data.shape
    s = (np.arange(detectors) - (detectors - 1) / 2) / (detectors / 2)
    angles = np.deg2rad(angles_deg)
    values = data.astype(np.float64)
    found = []
    for order in range(min(HIGHEST_MOMENT, views - 2) + 1):
        moment = values @ s**order
        terms = np.stack(
            [np.cos(angles) ** (order - j) * np.sin(angles) ** j for j in range(order + 1)], axis=1
        )
        fitted = terms @ np.linalg.lstsq(terms, moment, rcond=None)[0]
        size = float(np.mean(np.abs(values) @ np.abs(s) ** order)) or 1.0
        mismatch = float(np.sqrt(np.mean((moment - fitted) ** 2))) / size
        found.append(Moment(order=order, values=moment, fitted=fitted, mismatch=mismatch))
    return tuple(found)


def centre_scatter(data: Sinogram, angles_deg: Float64Array) -> float:
    """How far the centres of mass lie from a sinusoid about any axis, in detectors.

    The root mean square; infinite where a view has no mass, or where there are too few.
    """
    views, detectors = data.shape
    values = data.astype(np.float64)
    masses = values.sum(axis=1)
    if views < 5 or not (masses > 0).all():
        return float("inf")
    centres = values @ np.arange(detectors) / masses
    angles = np.deg2rad(angles_deg)
    terms = np.column_stack([np.ones(views), np.cos(angles), np.sin(angles)])
    fitted = terms @ np.linalg.lstsq(terms, centres, rcond=None)[0]
    return float(np.sqrt(np.mean((centres - fitted) ** 2)))

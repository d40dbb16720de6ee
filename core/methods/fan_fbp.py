"""Filtered back-projection of a fan beam on a flat detector, which ASTRA has on CUDA only.

    m(x) = Σ_β (R/L)² Q_β(R s/L),    Q_β = h ∗ (w R/√(R² + u²) d_β)

s and L are the position of the pixel x across and along the central ray of view β, L counted
from the source; R is the source's distance to the axis, u the detector coordinate scaled down
to the axis, w the weight of each ray: the directions that its view stands for, shared where rays
are measured twice.

Source: A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging, IEEE Press,
1988, section 3.4.2, DOI 10.1137/1.9780898719277.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from core.methods.astra_fbp import filter_rows
from core.methods.redundancy import fan_weights
from core.problem.geometry import PointSource

Array = NDArray[np.float32]


def fan_fbp(
    sinogram: Array,
    *,
    size: int,
    angles_deg: NDArray[np.float64],
    beam: PointSource,
    filter: str,
    cutoff: float,
) -> Array:
    """FBP of the views (angles, detectors) of a fan beam: an image (size, size), float32."""
    radius = beam.source_origin
    spacing = beam.detector_width / beam.magnification
    u = (np.arange(beam.detectors) - (beam.detectors - 1) / 2) * spacing
    weights = fan_weights(angles_deg, np.rad2deg(np.arctan(u / radius)))
    weighted = sinogram * np.deg2rad(weights) * (radius / np.hypot(radius, u))
    filtered = filter_rows(weighted.astype(np.float32), filter=filter, cutoff=cutoff)
    # ASTRA's filter is twice the ramp, for detectors one unit apart.
    filtered /= np.float32(2 * spacing)
    image: Array = _back_project(filtered, size, np.deg2rad(angles_deg), radius, spacing)
    return image


@numba.njit(nogil=True, cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _back_project(
    filtered: Array, size: int, angles: NDArray[np.float64], radius: float, spacing: float
) -> Array:
    detectors = filtered.shape[1]
    image = np.zeros((size, size), np.float32)
    middle = (size - 1) / 2
    for view in range(len(angles)):
        cosine, sine = np.cos(angles[view]), np.sin(angles[view])
        for row in range(size):
            y = middle - row
            for column in range(size):
                x = column - middle
                closeness = radius / (radius - x * sine + y * cosine)
                at = closeness * (x * cosine + y * sine) / spacing + (detectors - 1) / 2
                left = int(np.floor(at))
                part = at - left
                value = 0.0
                if 0 <= left < detectors:
                    value += (1 - part) * filtered[view, left]
                if 0 <= left + 1 < detectors:
                    value += part * filtered[view, left + 1]
                image[row, column] += closeness * closeness * value
    return image

"""Filtered back-projection of a fan beam, which ASTRA has on CUDA and for a flat detector only.

On a flat detector

    m(x) = Σ_β (R/L)² Q_β(R s/L),    Q_β = h ∗ (w cos γ d_β)

s and L are the position of the pixel x across and along the central ray of view β, L counted
from the source; R is the source's distance to the axis, γ the angle of a ray to the central one,
w the weight of each ray: the directions that its view stands for, shared where rays are measured
twice. Where detectors stand at equal angles α, L is the distance itself of the pixel from the
source, Q is taken at its angle γ, and the filter at the lag n is h (nα / sin nα)².

Source: A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging, IEEE Press,
1988, sections 3.4.1 and 3.4.2, DOI 10.1137/1.9780898719277.
"""

import numba
import numpy as np

from core.array_types import Float32Array, Float64Array, Image, Sinogram
from core.geometry.beams import PointSource
from core.methods.support.astra_fbp import filter_rows, frequency_response
from core.methods.support.view_weights import fan_weights

LARGEST_LAG = np.deg2rad(170)


def fan_fbp(
    sinogram: Sinogram,
    *,
    size: int,
    angles_deg: Float64Array,
    beam: PointSource,
    filter: str,
    cutoff: float,
) -> Float32Array:
    """FBP of the views (angles, detectors) of a fan beam: an image (size, size), float32."""
    radius = beam.source_origin
    spacing = beam.detector_width / beam.magnification
    weights = fan_weights(angles_deg, np.rad2deg(beam.fan_angles))
    weighted = (sinogram * np.deg2rad(weights) * np.cos(beam.fan_angles)).astype(np.float32)
    if beam.bend:
        filtered = _filter_by_angle(weighted, beam.bend, filter, cutoff)
    else:
        filtered = filter_rows(weighted, filter=filter, cutoff=cutoff)
    # ASTRA's filter is twice the ramp, for detectors one unit apart.
    filtered /= np.float32(2 * spacing)
    angles = np.deg2rad(angles_deg)
    image: Image = _back_project(filtered, size, angles, radius, spacing, beam.bend)
    return image


def _filter_by_angle(rows: Float32Array, bend: float, filter: str, cutoff: float) -> Float32Array:
    """Filter rows (views, detectors) of detectors at equal angles of `bend` radians, float32."""
    detectors = rows.shape[1]
    _, response = frequency_response(filter, cutoff, detectors)
    kernel = np.fft.irfft(response)
    lags = np.fft.fftfreq(len(kernel), 1 / len(kernel)) * bend
    # Rays this far apart do not both meet the image; the factor would grow without bound.
    used = np.abs(lags) < LARGEST_LAG
    kernel = np.where(used, kernel, 0) / np.sinc(np.where(used, lags, 0) / np.pi) ** 2
    spectrum = np.fft.rfft(rows, len(kernel)) * np.fft.rfft(kernel)
    return np.fft.irfft(spectrum)[:, :detectors].astype(np.float32)


@numba.njit(nogil=True, cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _back_project(
    filtered: Float32Array,
    size: int,
    angles: Float64Array,
    radius: float,
    spacing: float,
    bend: float,
) -> Float32Array:
    detectors = filtered.shape[1]
    image = np.zeros((size, size), np.float32)
    middle = (size - 1) / 2
    for view in range(len(angles)):
        cosine, sine = np.cos(angles[view]), np.sin(angles[view])
        for row in range(size):
            y = middle - row
            for column in range(size):
                x = column - middle
                across, along = x * cosine + y * sine, radius - x * sine + y * cosine
                if bend != 0:
                    closeness = radius / np.hypot(across, along)
                    at = np.arctan2(across, along) / bend + (detectors - 1) / 2
                else:
                    closeness = radius / along
                    at = closeness * across / spacing + (detectors - 1) / 2
                left = int(np.floor(at))
                part = at - left
                value = 0.0
                if 0 <= left < detectors:
                    value += (1 - part) * filtered[view, left]
                if 0 <= left + 1 < detectors:
                    value += part * filtered[view, left + 1]
                image[row, column] += closeness * closeness * value
    return image

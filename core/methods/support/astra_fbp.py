"""ASTRA's filtered back-projection on the CPU, with its handles cleaned up."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.array_types import Float32Array, Float64Array, FloatArray, Image, Sinogram
from core.methods.support.view_weights import parallel_weights

FILTERS = (
    "ram-lak",
    "shepp-logan",
    "cosine",
    "hamming",
    "hann",
    "parzen",
    "tukey",
    "lanczos",
    "triangular",
    "gaussian",
    "barlett-hann",
    "blackman",
    "nuttall",
    "blackman-harris",
    "blackman-nuttall",
    "flat-top",
    "kaiser",
    "none",
)
"""ASTRA's filters, in its spelling. The first six windows are 1 at frequency 0 and fall from it."""
LOW_PASS = FILTERS[:6]


def parallel_fbp(
    sinogram: Sinogram,
    *,
    size: int,
    angles_deg: Float64Array,
    detector_width: float,
    kernel: str,
    filter: str,
    cutoff: float,
) -> Float32Array:
    """ASTRA's FBP of a sinogram (angles, detectors): an image (size, size), float32.

    ASTRA takes the views to cover 180° evenly, whatever their angles, so each view is first
    given its true weight.
    """
    weights = parallel_weights(angles_deg) * (len(angles_deg) / 180)
    return _run(
        sinogram * weights[:, None],
        (size, size),
        detector_width,
        np.deg2rad(angles_deg),
        kernel,
        filter,
        cutoff,
    )


def filter_rows(rows: Float32Array, *, filter: str, cutoff: float) -> Float32Array:
    """Filter each row of (rows, detectors) exactly as ASTRA's FBP does, float32.

    The frequency response is that of `frequency_response`. ASTRA keeps its filtered sinogram to
    itself, so each row is reconstructed by itself on an image of one row of pixels, where the
    back-projection of a single view at 0° is the identity times ASTRA's factor π/2.
    """
    detectors = rows.shape[1]
    filtered = [
        _run(row[None], (1, detectors), 1.0, np.zeros(1), "strip", filter, cutoff)[0]
        for row in rows
    ]
    return (np.stack(filtered) * np.float32(2 / np.pi)).astype(np.float32, copy=False)


def frequency_response(
    filter: str, cutoff: float, detectors: int
) -> tuple[Float64Array, Float64Array]:
    """The filter's response as ASTRA applies it to rows of `detectors` values.

    Returns frequencies from 0 to 0.5 cycles per detector and the response there; the ideal ramp
    is twice the frequency. Both have length 1 + (detectors doubled, rounded up to a power of 2)
    / 2, the grid on which ASTRA multiplies. Measured, not computed: the filter's answer to a
    unit impulse is transformed. No row shows the answer at the largest lag; it follows from the
    response at frequency 0, which ASTRA leaves as the ramp has it, whatever window and cutoff.
    """
    padded = 1 << (2 * detectors - 1).bit_length()
    impulse = np.zeros((1, padded // 2), np.float32)
    impulse[0, 0] = 1
    lags = filter_rows(impulse, filter=filter, cutoff=cutoff)[0].astype(np.float64)
    kernel = np.concatenate([lags, [0.0], lags[:0:-1]])
    if filter != "none" and (filter, cutoff) != ("ram-lak", 1.0):
        _, ramp = frequency_response("ram-lak", 1.0, detectors)  # its even lags are all 0
        kernel[padded // 2] = ramp[0] - kernel.sum()
    frequencies = np.arange(padded // 2 + 1) / padded
    return frequencies, np.asarray(np.fft.rfft(kernel).real, np.float64)


def _run(
    sinogram: FloatArray,
    shape: Sequence[int],
    detector_width: float,
    angles: Float64Array,
    kernel: str,
    filter: str,
    cutoff: float,
) -> Float32Array:
    import astra

    volume = astra.create_vol_geom(*shape)
    views = astra.create_proj_geom("parallel", detector_width, sinogram.shape[1], angles)
    made: list[tuple[Any, int]] = []
    options: dict[str, Any] = {"FilterType": filter}
    if filter != "none":  # ASTRA wonders at a cutoff of nothing
        options["FilterD"] = cutoff
    try:
        made.append((astra.projector, astra.create_projector(kernel, views, volume)))
        data = np.ascontiguousarray(sinogram, np.float32)
        made.append((astra.data2d, astra.data2d.create("-sino", views, data)))
        made.append((astra.data2d, astra.data2d.create("-vol", volume, 0.0)))
        (_, projector_id), (_, sinogram_id), (_, image_id) = made
        made.append(
            (
                astra.algorithm,
                astra.algorithm.create(
                    {
                        "type": "FBP",
                        "ProjectorId": projector_id,
                        "ProjectionDataId": sinogram_id,
                        "ReconstructionDataId": image_id,
                        "option": options,
                    }
                ),
            )
        )
        astra.algorithm.run(made[-1][1])
        image: Image = astra.data2d.get(image_id)
        return image
    finally:
        for kind, identifier in reversed(made):
            kind.delete(identifier)

"""From what a detector counts to line integrals: fields, logarithm, outliers, binning."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from core.array_types import Float32Array, Float64Array, Sinogram
from core.errors import InputError

MAD_TO_DEVIATION = 1.4826
"""The standard deviation of a Gaussian in units of its median absolute deviation."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Corrected:
    """A sinogram (views, detectors) and how many of its values a correction has changed."""

    sinogram: Sinogram
    changed: int


def transmissions(
    counts: Sinogram, white: Float32Array, dark: Float32Array | None = None
) -> Sinogram:
    """(counts − dark) / (white − dark), float32: the share of the beam that each ray lets through.

    `white` and `dark` (detectors,) are what each detector counts without an object, and without a
    beam. Raises `InputError` where the beam has no intensity.
    """
    base = np.zeros_like(white, np.float64) if dark is None else dark.astype(np.float64)
    beam = white.astype(np.float64) - base
    if not (beam > 0).all():
        bad = np.flatnonzero(~(beam > 0))
        less = "" if dark is None else " minus the dark field"
        raise InputError(
            f"The flat field{less} is {beam[bad[0]]:g} at detector {bad[0] + 1} and not positive "
            f"at {len(bad)} of {len(beam)} detectors: it must be more than 0 at each."
        )
    return ((counts - base) / beam).astype(np.float32)


def negative_logarithm(shares: Sinogram, floor: float) -> Corrected:
    """−log of the transmissions (views, detectors); those below `floor` count as `floor`.

    Raises `InputError` where every value would be clipped.
    """
    low = shares < floor
    if low.all():
        raise InputError(
            f"Every transmission is below {floor:g} (the largest is {float(shares.max()):g}): the "
            "flat field or the dark field does not belong to these data."
        )
    integrals = -np.log(np.maximum(shares, floor, dtype=np.float64))
    return Corrected(sinogram=integrals.astype(np.float32), changed=int(low.sum()))


def without_outliers(sinogram: Sinogram, threshold: float, window: int = 3) -> Corrected:
    """Replace single values (zingers) far from the median of their neighbourhood.

    A value is replaced by the median over `window` × `window` views and detectors where it differs
    from it by more than `threshold` standard deviations of such differences. The deviation is
    taken from their median absolute value in the 9 × 9 around, and at least in all of the
    sinogram: the outliers hardly change it, and noise that grows with the signal is none.
    """
    middle = median_filter(sinogram, size=window, mode="nearest")
    difference = np.abs(sinogram - middle)
    # Where most values equal their median, only what differs says how much values differ.
    varying = difference[difference > 0]
    if not varying.size:
        return Corrected(sinogram=sinogram, changed=0)
    around = median_filter(difference, size=3 * window, mode="nearest")
    deviation = MAD_TO_DEVIATION * np.maximum(around, np.median(varying))
    outliers = difference > threshold * deviation
    replaced = np.where(outliers, middle, sinogram).astype(np.float32)
    return Corrected(sinogram=replaced, changed=int(outliers.sum()))


def binned_detectors(sinogram: Sinogram, factor: int) -> Sinogram:
    """Means over `factor` neighbouring detectors; a remainder at both ends is left out."""
    count = sinogram.shape[1] // factor
    start = (sinogram.shape[1] - count * factor) // 2
    blocks = sinogram[:, start : start + count * factor].astype(np.float64)
    return np.asarray(blocks.reshape(len(sinogram), count, factor).mean(axis=2), np.float32)


def binned_views(
    sinogram: Sinogram, angles_deg: Float64Array, factor: int
) -> tuple[Sinogram, Float64Array]:
    """Means over `factor` successive views and over their angles; a remainder is left out."""
    count = len(sinogram) // factor
    kept = count * factor
    blocks = sinogram[:kept].astype(np.float64).reshape(count, factor, -1)
    return (
        blocks.mean(axis=1).astype(np.float32),
        angles_deg[:kept].reshape(count, factor).mean(axis=1),
    )

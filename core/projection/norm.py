"""The norm of a projector, from which every step size comes."""

from typing import Protocol

import numpy as np

from core.array_types import Image, Sinogram


class NonNegative(Protocol):
    """A linear map with no negative weight."""

    dims: tuple[int, ...]

    def project(self, images: Image) -> Sinogram:
        """Apply the map."""

    def back_project(self, sinograms: Sinogram) -> Image:
        """Apply its transpose."""


# Stop when the two bounds agree to this much, or when they have had this many chances to.
AGREEMENT = 1e-5
_MOST_PRODUCTS = 100
# The last product is rounded to float32: sums of n terms are off by about √n·6e-8.
_ROUNDING = 1e-5
# Rays that share no pixel with the heaviest ones fall off with every product. Any positive start
# gives a bound, and below this one they would underflow to 0, which gives none.
_SMALLEST = np.float32(1e-30)


def norm_squared(operator: NonNegative, agreement: float = AGREEMENT) -> float:
    """Return a safe upper bound on the largest eigenvalue of GᵀG, `agreement` above it at most.

    All weights are non-negative, so for every image v that is positive wherever G sees a pixel
    the largest eigenvalue lies below the largest of (GᵀGv)ᵢ/vᵢ; the Rayleigh quotient bounds it
    from below. Power iteration from v = 1 brings the two together.

    References
    ----------
    Collatz, Math. Z. 48, 221–226 (1942), doi:10.1007/BF01180013. Wielandt, Math. Z. 52, 642–648
    (1950), doi:10.1007/BF02230720.
    """
    image = np.ones(operator.dims, np.float32)
    seen = operator.back_project(operator.project(image)) > 0
    image[~seen] = 0
    upper = np.inf
    for _ in range(_MOST_PRODUCTS):
        sinogram = operator.project(image)
        product = operator.back_project(sinogram)
        upper = min(upper, float(np.max(product[seen] / image[seen])))
        lower = float(np.vdot(sinogram, sinogram) / np.vdot(image, image))
        if upper <= lower * (1 + agreement):
            break
        image[seen] = np.maximum(product[seen] / product.max(), _SMALLEST)
    return upper * (1 + _ROUNDING)

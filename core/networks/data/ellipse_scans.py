"""The scans of the two published benchmarks on ellipses.

Both see 128² pixels in 30 parallel views, at the middles of equal cells of 180°, with 183
detectors across the diagonal, and white noise. In the one of Adler & Öktem the data come from
the operator that is inverted too. DIVal scans the image enlarged to 400² pixels, so that the
data are not those of any image of 128² pixels. Rays are lines through the middles of the
detectors, as in both publications, and lengths are in pixels of the 128² grid.
"""

from functools import cache, lru_cache

import numpy as np
import scipy.sparse

from core.array_types import Float32Array, FloatArray, Image, Sinogram
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.networks.data.ellipses import (
    LENGTH,
    adler_oektem_phantom,
    dival_ellipses,
    dival_phantom,
    draw,
)
from core.problem.phantoms import SHEPP_LOGAN
from core.projection.projector import Projector, make_projector

SIZE, FINE_SIZE = 128, 400
VIEWS, DETECTORS = 30, 183
PROJECTOR = "linear"

NOISE = {"adler_oektem": 0.05, "dival": 0.025}
"""Standard deviation of the noise over the mean of |y|."""

NOISE_SEEDS = {"training": 1, "validation": 2, "test": 3}
"""Of DIVal's noise, which is drawn image after image."""

TEST_IMAGES = 100
"""The published scores of DIVal are means over this many images, the first of its test part."""


def beam(size: int = SIZE) -> ParallelBeam:
    """The views of both benchmarks, in pixels of an image of this size."""
    return ParallelBeam(
        views=EvenViews(angles=VIEWS, start=90 / VIEWS),
        detectors=DETECTORS,
        detector_width=size * 2**0.5 / DETECTORS,
    )


def operator(size: int = SIZE) -> Projector:
    """The projector that reconstructions use; with 400 pixels, the one that DIVal simulates by."""
    return make_projector(size, beam(size), PROJECTOR)


def adler_oektem_batch(random: np.random.Generator, count: int) -> tuple[Sinogram, Image]:
    """Draw training samples: data (count, 30, 183) and truths (count, 128, 128).

    The phantoms are those of both publications, as a coin decides. Beside its noise the test
    image has weaker contrasts than nine in ten of 2018: it is bright nearly everywhere, and the
    noise is a share of the mean. Those of 2017 are bright too.
    """
    years = random.choice((2017, 2018), count)
    truths = np.stack([adler_oektem_phantom(random, SIZE, int(year)) for year in years])
    clean = operator().project(truths)
    return _noisy(clean, NOISE["adler_oektem"], _gaussian(random, clean)), truths


def adler_oektem_test(seed: int) -> tuple[Sinogram, Sinogram, Image]:
    """Data, clean data and truth of the test: the modified Shepp–Logan phantom in [0, 1]."""
    truth = draw(SHEPP_LOGAN, SIZE)
    clean = operator().project(truth)
    noise = _gaussian(np.random.default_rng(seed), clean)
    return _noisy(clean, NOISE["adler_oektem"], noise), clean, truth


def dival_batch(random: np.random.Generator, count: int) -> tuple[Sinogram, Image]:
    """Draw from DIVal's training images: data (count, 30, 183), truths (count, 128, 128).

    The images are those of its stream, in any order; the noise is drawn anew each time.
    """
    drawn = dival_ellipses("training", LENGTH)
    truths = np.stack([dival_phantom(drawn[i], SIZE) for i in random.integers(LENGTH, size=count)])
    clean = dival_clean(truths)
    return _noisy(clean, NOISE["dival"], _gaussian(random, clean)), truths


@lru_cache(maxsize=2)
def dival_part(part: str, count: int = TEST_IMAGES) -> tuple[Sinogram, Sinogram, Image]:
    """Data, clean data and truths of the first `count` images of a part, with DIVal's own noise."""
    truths = np.stack([dival_phantom(e, SIZE) for e in dival_ellipses(part, count)])
    clean = dival_clean(truths)
    random = np.random.RandomState(NOISE_SEEDS[part])
    return _noisy(clean, NOISE["dival"], random.normal(size=clean.shape)), clean, truths


def dival_clean(truths: Image) -> Sinogram:
    """Scan images (count, 128, 128) on the fine grid; data (count, 30, 183) without noise."""
    fine = operator(FINE_SIZE).project(np.stack([enlarged(truth) for truth in truths]))
    return fine * np.float32(SIZE / FINE_SIZE)


def enlarged(image: Image) -> Image:
    """An image (128, 128) at 400² pixels by bilinear interpolation, mirrored at its border."""
    rows = _interpolation()
    result: Float32Array = (rows @ (rows @ image).T).T
    return result


@cache
def _interpolation() -> scipy.sparse.csr_array:
    """The matrix (400, 128) that interpolates one column; pixels are areas, not points."""
    places = np.abs((np.arange(FINE_SIZE) + 0.5) * (SIZE / FINE_SIZE) - 0.5)
    places = (SIZE - 1) - np.abs(SIZE - 1 - places)
    left = np.minimum(places.astype(int), SIZE - 2)
    right_share = (places - left).astype(np.float32)
    index = np.arange(FINE_SIZE)
    return scipy.sparse.csr_array(
        (
            np.concatenate([1 - right_share, right_share]),
            (np.concatenate([index, index]), np.concatenate([left, left + 1])),
        ),
        shape=(FINE_SIZE, SIZE),
    )


def _gaussian(random: np.random.Generator, like: Float32Array) -> Float32Array:
    return random.standard_normal(like.shape, np.float32)


def _noisy(clean: Sinogram, level: float, noise: FloatArray) -> Sinogram:
    """Sinograms (..., 30, 183) with standard normal noise times `level` times the mean of |y|."""
    deviation = level * np.abs(clean).mean((-2, -1), keepdims=True)
    data: Sinogram = (clean + deviation * noise).astype(np.float32)
    return data

"""Random scans for training: a family of scanners, not one matrix.

Parallel beams of 8 to 180 views over 90° to 180°, evenly spaced or not, a share of them of few
views, detectors 1 to 4 pixels wide along the whole side; noise of 0 to 5 %, Gaussian or of photons.
Half of the data are simulated on a grid twice as fine, without the inverse crime.
"""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from core.array_types import Image, Sinogram
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.geometry.views.listed import ListedViews
from core.problem.noise import GaussianNoise, Noise, NoNoise, PoissonNoise
from core.problem.simulation import expose

VIEWS, ARC, WIDTH, NOISE = (8, 180), (90.0, 180.0), (1.0, 4.0), (0.0, 0.05)
PHOTONS = (1e3, 1e6)
FEW = (8, 24)
HALF_TURN, UNEVEN, FINER, CLEAN, POISSON, OFTEN_FEW = 0.6, 0.25, 0.5, 0.25, 0.25, 0.35
"""Shares: an arc of 180°; views unevenly spaced; a finer grid; no noise; photon noise; and of
scans that have `FEW` views, beside those that have as many by chance."""


def random_beam(random: np.random.Generator, size: int, halved: int = 1) -> ParallelBeam:
    """A beam that sees the whole side of an image of this size, 1/`halved` of the usual one.

    As small an image is as hard with a part of the views, so `halved` divides the fewest.
    """
    few = random.random() < OFTEN_FEW
    least, most = FEW if few else VIEWS
    least, most = least // halved, most // halved if few else most
    count = round(float(np.exp(random.uniform(*np.log((least, most))))))
    arc = ARC[1] if random.random() < HALF_TURN else float(random.uniform(*ARC))
    start = float(random.uniform(0, 180))
    views: EvenViews | ListedViews = EvenViews(angles=count, arc=arc, start=start)
    if random.random() < UNEVEN:
        places = np.sort(random.uniform(0, arc, count))
        places[[0, -1]] = 0, arc * (count - 1) / count
        views = ListedViews(angle_list=tuple((start + np.sort(places)).round(3).tolist()))
    detectors = round(size / float(np.exp(random.uniform(*np.log(WIDTH)))))
    detectors = max(detectors, int(np.ceil(size / WIDTH[1])))
    return ParallelBeam(views=views, detectors=detectors, detector_width=size / detectors)


def random_noise(random: np.random.Generator) -> Noise:
    """No noise, Gaussian noise of some level, or photon noise of some dose."""
    seed, kind = int(random.integers(2**32)), random.random()
    if kind < CLEAN:
        return NoNoise()
    if kind < CLEAN + POISSON:
        photons = float(np.exp(random.uniform(*np.log(PHOTONS))))
        return PoissonNoise(photons=photons, seed=seed)
    # Evenly in the square root: small levels are more usual, and matter more.
    return GaussianNoise(level=NOISE[1] * float(random.random()) ** 2, seed=seed)


@dataclass(frozen=True, kw_only=True)
class FineImage:
    """An image of twice the size, seen at both sizes; (2·size, 2·size), float32."""

    fine: Image

    def read(self, size: int) -> Image:
        """The image at its own size, or the means of its blocks of 2 × 2 pixels."""
        if size == len(self.fine):
            return self.fine
        blocks = self.fine.reshape(size, 2, size, 2)
        means: Image = blocks.mean(axis=(1, 3), dtype=np.float64).astype(np.float32)
        return means


def scanned(
    image: Tensor, size: int, beam: ParallelBeam, noise: Noise, *, finer: bool
) -> tuple[Sinogram, Image]:
    """Data (views, detectors) and truth (size, size) of an image (1, 1, 2·size, 2·size)."""
    source = FineImage(fine=image[0, 0].numpy())
    exposure = expose(image=source, size=size, beam=beam, kernel="strip", finer=finer)
    return noise.apply(exposure.rays, exposure.attenuation), exposure.truth

"""How the rays of a scan are simulated: on the grid of the image, or on one twice as fine.

Data that come from the matrix with which they are inverted flatter every method: the inverse crime
(D. Colton and R. Kress, Inverse Acoustic and Electromagnetic Scattering Theory, Springer). On the
finer grid they come from an image of twice as many pixels on a side, seen by two detectors in place
of each one, whose readings are then averaged. No image on the coarser grid explains such data
exactly, as none explains those of a real scanner.

How fine the finer image truly is depends on its source. Phantoms are drawn anew, with the detail
that the finer grid can hold. A stored or uploaded slice has the detail of its own pixels: where it
has fewer than the finer grid it is interpolated linearly, and then the finer grid takes away the
agreement of the discretisations, but adds little detail. Each block of 2 × 2 pixels of the finer
image is scaled so that its mean is the pixel of the true image, which is thus the same with and
without the finer grid, and scores can be compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.array_types import Image, Sinogram
from core.geometry.beams import Beam
from core.problem.imperfections import BeamImperfection, Imperfection, Scene
from core.problem.noise import attenuation_scale
from core.projection.projector import Projector, make_projector


class Readable(Protocol):
    """What can be scanned."""

    def read(self, size: int) -> Image:
        """Return the image (size, size), float32."""
        ...


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """What the rays bring: the true image (size, size), and data (views, detectors) without noise.

    `attenuation` is that of one unit of the data; a perfect scanner's thickest ray sets it. What is
    wrong with the detectors is not in `rays` yet.
    """

    truth: Image
    rays: Sinogram
    attenuation: float


def expose(
    *,
    image: Readable,
    size: int,
    beam: Beam,
    kernel: str,
    finer: bool = False,
    imperfections: Iterable[Imperfection] = (),
) -> Exposure:
    """Send the rays of a beam through an image, by a perfect scanner or an imperfect one."""
    truth = scanned = image.read(size)
    if finer:
        scanned = with_means(image.read(2 * size), truth)
        projector = make_projector(2 * size, beam.twice_as_fine(), kernel)
    else:
        projector = make_projector(size, beam, kernel)
    project = _Binned(projector) if finer else projector.project
    rays = project(scanned)
    scene = Scene(
        image=scanned, project=project, size=size, beam=beam, attenuation=attenuation_scale(rays)
    )
    for one in imperfections:
        if isinstance(one, BeamImperfection):
            rays = one.apply(rays, scene)
    return Exposure(truth=truth, rays=rays, attenuation=scene.attenuation)


def with_means(finer: Image, truth: Image) -> Image:
    """Scale each block of 2 × 2 pixels of an image (2 n, 2 n) to the mean that `truth` (n, n) has.

    A block of zeros becomes one of equal pixels. float32.
    """
    n = len(truth)
    blocks = finer.astype(np.float64).reshape(n, 2, n, 2)
    means = blocks.mean(axis=(1, 3), keepdims=True)
    wanted = truth[:, None, :, None].astype(np.float64)
    scaled = np.where(means > 0, blocks * (wanted / np.where(means > 0, means, 1)), wanted)
    image: Image = scaled.reshape(2 * n, 2 * n).astype(np.float32)
    return image


@dataclass(frozen=True)
class _Binned:
    """A projector of twice the resolution, its data as those of the coarser scanner."""

    projector: Projector

    def __call__(self, image: Image) -> Sinogram:
        """Return the data (views, detectors) of an image (2 n, 2 n), in pixels of n × n."""
        fine = self.projector.project(image)
        pairs = fine.reshape(len(fine), -1, 2).mean(axis=2, dtype=np.float64)
        # A ray is twice as long in the smaller pixels.
        binned: Sinogram = (pairs / 2).astype(np.float32)
        return binned

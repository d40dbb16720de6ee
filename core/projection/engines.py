"""The two ways to apply G and its transpose: the weights, or ASTRA where they are too many."""

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import numpy as np
import scipy.sparse

from core.array_types import Float32Array, Image, Sinogram
from core.projection.kernels import LANES, fold, kernels, unfold
from core.projection.threads import parallel_map
from core.projection.weights import Weights


class Engine(Protocol):
    """Products with G and Gᵀ for batches: images (batch, pixels), sinograms (batch, rays).

    Arrays are C-contiguous float32. Any number of threads may call at once.
    """

    description: str
    nbytes: int

    def project(self, images: Image, threads: int) -> Sinogram:
        """Return the sinograms of `images`, working with `threads` threads."""

    def back_project(self, sinograms: Sinogram, threads: int) -> Image:
        """Return the back-projections of `sinograms`, working with `threads` threads."""

    def matrix(self) -> scipy.sparse.csr_array:
        """Return G (rays, pixels)."""


class WeightsEngine:
    """G by its weights, each read once for all the orientations of as many images as fit."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nbytes = weights.nbytes
        self.description = f"Exact weights in memory, {weights.nbytes / 1e6:.0f} MB"
        if weights.orientations > 1:
            self.description += f", each used for {weights.orientations} symmetric rays"
        self._pieces = cache(weights.pieces)

    def project(self, images: Image, threads: int) -> Sinogram:
        """See `Engine`."""
        sinograms = np.zeros((len(images), len(self.weights.orbits.rays)), np.float32)
        for part, lanes in self._blocks(len(images)):
            self._project_block(images[part], sinograms[part], lanes, threads)
        return sinograms

    def back_project(self, sinograms: Sinogram, threads: int) -> Image:
        """See `Engine`."""
        images = np.zeros((len(sinograms), self.weights.size**2), np.float32)
        for part, lanes in self._blocks(len(sinograms)):
            self._back_project_block(sinograms[part], images[part], lanes, threads)
        return images

    def matrix(self) -> scipy.sparse.csr_array:
        """See `Engine`."""
        return self.weights.matrix()

    def _blocks(self, batch: int) -> list[tuple[slice, int]]:
        """Split a batch into slices and give the number of lanes that each of them needs."""
        orientations = self.weights.orientations
        step = LANES[-1] // orientations
        slices = [slice(b, min(b + step, batch)) for b in range(0, batch, step)]
        needed = [(part.stop - part.start) * orientations for part in slices]
        return [
            (part, next(lanes for lanes in LANES if lanes >= columns))
            for part, columns in zip(slices, needed, strict=True)
        ]

    def _project_block(self, images: Image, sinograms: Sinogram, lanes: int, threads: int) -> None:
        weights, orbits = self.weights, self.weights.orbits
        spread = kernels(lanes).spread

        def project_piece(piece: tuple[int, int]) -> Float32Array:
            # Rays are shared between pixels, so each thread adds up a sinogram of its own.
            first, last = piece
            pixels = np.zeros((last - first, lanes), np.float32)  # lanes to spare stay 0
            rays = np.zeros((len(orbits.rays), lanes), np.float32)
            fold(orbits.pixels, images, pixels, first, last)
            spread(weights.starts, weights.rays, weights.values, pixels, rays, first, last)
            return rays

        for rays in parallel_map(project_piece, self._pieces(threads)):
            unfold(orbits.rays, rays, sinograms, 0, len(rays))

    def _back_project_block(
        self, sinograms: Sinogram, images: Image, lanes: int, threads: int
    ) -> None:
        weights, orbits = self.weights, self.weights.orbits
        collect = kernels(lanes).collect
        rays = np.zeros((len(orbits.rays), lanes), np.float32)
        fold(orbits.rays, sinograms, rays, 0, len(rays))

        def back_project_piece(piece: tuple[int, int]) -> None:
            first, last = piece
            pixels = np.empty((last - first, lanes), np.float32)
            collect(weights.starts, weights.rays, weights.values, pixels, rays, first, last)
            unfold(orbits.pixels, pixels, images, first, last)

        parallel_map(back_project_piece, self._pieces(threads))


class AstraEngine:
    """G by ASTRA's own projector, one image and one thread at a time for each caller."""

    nbytes = 0

    def __init__(self, operator: Any, description: str) -> None:
        self._operator = operator
        self.description = description

    def project(self, images: Image, threads: int) -> Sinogram:
        """See `Engine`."""
        return self._each(self._operator.matvec, images, self._operator.shape[0])

    def back_project(self, sinograms: Sinogram, threads: int) -> Image:
        """See `Engine`."""
        return self._each(self._operator.rmatvec, sinograms, self._operator.shape[1])

    def matrix(self) -> scipy.sparse.csr_array:
        """See `Engine`; ASTRA's explicit zeros are left out.

        Where several of ASTRA's rays make one datum, it is their mean.
        """
        matrix = scipy.sparse.csr_array(exported_matrix(self._operator), dtype=np.float32)
        matrix.eliminate_zeros()
        rays, parts = self._operator.shape[0], matrix.shape[0] // self._operator.shape[0]
        if parts == 1:
            return matrix
        mean = np.full((1, parts), 1 / parts, np.float32)
        return scipy.sparse.csr_array(
            scipy.sparse.kron(scipy.sparse.eye_array(rays), mean) @ matrix
        )

    def _each(
        self, product: Callable[[Float32Array], Float32Array], arrays: Float32Array, length: int
    ) -> Float32Array:
        results = np.empty((len(arrays), length), np.float32)
        for array, result in zip(arrays, results, strict=True):
            result[:] = product(array)
        return results


def exported_matrix(operator: Any) -> Any:
    """The matrix of an operator as ASTRA has it, explicit zeros and all.

    `operator` is a `pylops.medical.CT2D`, or has the `identifier` of its projector in ASTRA.
    """
    import astra

    projector = getattr(operator, "identifier", None)
    if projector is None:
        projector = operator.projector_id  # which PyLops does not document
    identifier = astra.projector.matrix(projector)
    matrix = astra.matrix.get(identifier)
    astra.matrix.delete(identifier)
    return matrix

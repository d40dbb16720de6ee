"""The products of volumes with G and its transpose, for every scanner of volumes."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import scipy.sparse

from core.array_types import AnyArray, Float32Array, Float64Array, Image, Sinogram
from core.errors import InputError
from core.geometry.volume_beams import ParallelBeam3D, PointPanel
from core.projection.engines import Engine
from core.projection.threads import parallel_map
from core.projection.volume import joseph, separable_footprint

MATRIX_ENTRIES = 4_000_000
"""Rays × voxels up to which the matrix of a volume can be had, for gradient checks and tests."""


class ConeEngine:
    """G of a cone beam, computed anew in each product: there is no matrix.

    Kernels are `linear` (Joseph) and `strip` (separable footprint).
    """

    def __init__(self, size: int, beam: PointPanel, kernel: str) -> None:
        self._dims = beam.image_shape(size)
        self._dimsd = beam.data_shape
        self._strip = kernel == "strip"
        self._table, self._rise = geometry_table(beam, self._dims), float(beam.row_height)
        views, rows, columns = self._dimsd
        self._lengths = np.empty((views, columns, rows), np.float32)
        joseph.ray_lengths(self._table, self._rise, self._lengths, 0, views)
        self.nbytes = self._table.nbytes + self._lengths.nbytes
        name = "Separable footprint" if self._strip else "Joseph's method"
        self.description = f"{name}, computed for each product"

    def project(self, images: Image, threads: int) -> Sinogram:
        """See `Engine`."""
        slices, rows, columns = self._dims
        sinograms = np.empty((len(images), int(np.prod(self._dimsd))), np.float32)
        out = np.empty_like(self._lengths)
        for image, sinogram in zip(images, sinograms, strict=True):
            volume = image.reshape(self._dims).transpose(1, 2, 0)
            prepared: AnyArray
            if self._strip:
                prepared = np.zeros((rows, columns, slices + 1))
                np.cumsum(volume, axis=2, dtype=np.float64, out=prepared[:, :, 1:])
            else:
                prepared = np.zeros((rows, columns, slices + 3), np.float32)
                prepared[:, :, 1:-2] = volume
            kernel = separable_footprint.project if self._strip else joseph.project
            views = partial(kernel, prepared, self._table, self._rise, self._lengths, out)
            in_ranges(views, len(out), threads)
            sinogram.reshape(self._dimsd)[:] = out.transpose(0, 2, 1)
        return sinograms

    def back_project(self, sinograms: Sinogram, threads: int) -> Image:
        """See `Engine`."""
        slices, rows, columns = self._dims
        images = np.empty((len(sinograms), int(np.prod(self._dims))), np.float32)
        for sinogram, image in zip(sinograms, images, strict=True):
            weighted = sinogram.reshape(self._dimsd).transpose(0, 2, 1) * self._lengths
            if self._strip:
                volume = np.empty((rows, columns, slices), np.float32)
                self._footprints(volume, weighted, threads)
            else:
                padded = np.zeros((rows, columns, slices + 3), np.float32)
                self._planes(padded, weighted, threads)
                volume = padded[:, :, 1:-2]
            image.reshape(self._dims)[:] = volume.transpose(2, 0, 1)
        return images

    def matrix(self) -> scipy.sparse.csr_array:
        """See `Engine`; raises `InputError` for more than a small example."""
        return _matrix(self, int(np.prod(self._dims)), int(np.prod(self._dimsd)))

    def _footprints(self, volume: Float32Array, weighted: Float32Array, threads: int) -> None:
        kernel = separable_footprint.back_project
        rows = partial(kernel, volume, self._table, self._rise, weighted)
        in_ranges(rows, len(volume), threads)

    def _planes(self, volume: Float32Array, weighted: Float32Array, threads: int) -> None:
        for by_columns in (True, False):
            kernel = joseph.back_project
            planes = partial(kernel, volume, self._table, self._rise, weighted, by_columns)
            in_ranges(planes, volume.shape[1 if by_columns else 0], threads)


class StackEngine:
    """G of parallel beams: slices that are seen at the same angles are a batch of images."""

    def __init__(self, size: int, beam: ParallelBeam3D, engines: Sequence[Engine]) -> None:
        self._dims = beam.image_shape(size)
        self._dimsd = beam.data_shape
        self._engines = engines
        self.nbytes = sum(engine.nbytes for engine in engines)
        self.description = engines[0].description

    def project(self, images: Image, threads: int) -> Sinogram:
        """See `Engine`."""
        slices, rows, columns = self._dims
        views, _, detectors = self._dimsd
        volumes = images.reshape(len(images), slices, rows * columns)
        sinograms = np.empty((len(images), *self._dimsd), np.float32)
        for part, engine in self._groups():
            batch = np.ascontiguousarray(volumes[:, part]).reshape(-1, rows * columns)
            rays = engine.project(batch, threads).reshape(len(images), -1, views, detectors)
            sinograms[:, :, part] = rays.transpose(0, 2, 1, 3)
        return sinograms.reshape(len(images), -1)

    def back_project(self, sinograms: Sinogram, threads: int) -> Image:
        """See `Engine`."""
        views, panel, detectors = self._dimsd
        data = sinograms.reshape(-1, views, panel, detectors).transpose(0, 2, 1, 3)
        images = np.empty((len(sinograms), *self._dims), np.float32)
        for part, engine in self._groups():
            batch = np.ascontiguousarray(data[:, part]).reshape(-1, views * detectors)
            images[:, part] = engine.back_project(batch, threads).reshape(images[:, part].shape)
        return images.reshape(len(sinograms), -1)

    def matrix(self) -> scipy.sparse.csr_array:
        """See `Engine`; raises `InputError` for more than a small example."""
        return _matrix(self, int(np.prod(self._dims)), int(np.prod(self._dimsd)))

    def _groups(self) -> list[tuple[slice, Engine]]:
        count = len(self._engines)
        slices = [slice(k, None, count) for k in range(min(count, self._dims[0]))]
        return list(zip(slices, self._engines, strict=False))


def geometry_table(beam: PointPanel, dims: Sequence[int]) -> Float64Array:
    """The table (views, 8) that the kernels read, see `joseph`, from the beam's vectors."""
    slices, rows, columns = dims
    vectors = beam.vectors()
    source, middle, step = vectors[:, 0:3], vectors[:, 3:6], vectors[:, 6:9]
    first = middle - step * ((beam.detectors - 1) / 2)
    base = middle[:, 2] - vectors[:, 11] * ((beam.rows - 1) / 2)
    of_column, of_row, of_slice = (columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2
    return np.stack(
        [
            of_column + source[:, 0],
            of_row - source[:, 1],
            of_column + first[:, 0],
            of_row - first[:, 1],
            step[:, 0],
            -step[:, 1],
            of_slice + source[:, 2],
            of_slice + base,
        ],
        axis=1,
    )


def in_ranges(work: Callable[[int, int], None], count: int, threads: int) -> None:
    """Call `work(first, last)` on ranges that make up `count`, one for each thread."""
    bounds = np.linspace(0, count, min(threads, count) + 1).astype(int).tolist()
    parallel_map(lambda piece: work(*piece), list(pairwise(bounds)))


def _matrix(engine: Engine, voxels: int, rays: int) -> scipy.sparse.csr_array:
    if voxels * rays > MATRIX_ENTRIES:
        raise InputError(
            f"The matrix of this scan has {rays} × {voxels} entries; it is made for up to "
            f"{MATRIX_ENTRIES}, for checks on small examples. Make the volume smaller, or apply "
            "the operator in float32."
        )
    rows = engine.project(np.eye(voxels, dtype=np.float32), 1)
    return scipy.sparse.csr_array(rows.T)

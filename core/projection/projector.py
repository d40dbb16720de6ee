"""The projector G: from an image to its sinogram, and back with its adjoint."""

from collections.abc import Sequence
from functools import cached_property, partial
from math import prod
from typing import Any

import numpy as np
import pylops
import scipy.sparse
from numpy.typing import ArrayLike, NDArray

from core.array_types import Float32Array, Image, Sinogram, Vector
from core.errors import InputError, require_choice
from core.geometry.beams import Beam
from core.geometry.views.listed import ListedViews
from core.geometry.volume_beams import ParallelBeam3D, PointPanel
from core.keys import content_key
from core.projection.engines import Engine, WeightsEngine
from core.projection.norm import AGREEMENT, norm_squared
from core.projection.reference import astra_engine, reference_projector
from core.projection.threads import available_threads
from core.projection.volume.cuda import CudaEngine
from core.projection.volume.engine import ConeEngine, StackEngine
from core.projection.weights import TooLargeError, build_weights
from core.storage.disk_cache import cached_arrays
from core.storage.lru_cache import SizedLRU

__all__ = ["Projector", "make_projector", "reference_projector"]


WEIGHTS_LIMIT = 1.5e9
"""Weights of more bytes than this are not kept; ASTRA computes them anew for each product."""

MEMORY_LIMIT = 256e6
"""Bytes of weights that are remembered for the geometries used last."""

VERSION = 1
"""Raised when the weights change, so that those kept on disk by an older version are not used."""


class Projector(pylops.LinearOperator):
    """G: a PyLops operator that also takes batches. Safe in threads.

    Attributes
    ----------
    size, beam, kernel
        Side of the image in pixels, the beam, and what weighs a pixel: strip, line or linear.
    threads
        How many threads a product may use.
    backend
        A sentence on how the products are computed.
    dims, dimsd
        (size, size) and (views, detectors); of a beam with a panel (slices, size, size) and (views,
        rows, detectors).
    """

    def __init__(
        self,
        *,
        size: int,
        beam: Beam,
        kernel: str,
        threads: int,
        engine: Engine,
        key: str,
    ) -> None:
        dims, dimsd = beam.image_shape(size), beam.data_shape
        super().__init__(dtype=np.float32, dims=dims, dimsd=dimsd, name="G")
        self.size = size
        self.beam = beam
        self.kernel = kernel
        self.threads = threads
        self.backend = engine.description
        self._engine = engine
        self._key = key

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as the description; the weights are computed, or read from disk, over there."""
        threads = None if self.threads == available_threads() else self.threads
        return partial(make_projector, threads=threads), (self.size, self.beam, self.kernel)

    def project(self, images: ArrayLike) -> Sinogram:
        """Project images (..., *dims) to data (..., *dimsd), float32."""
        batch, leading = _flatten(images, self.dims, "images")
        return self._engine.project(batch, self.threads).reshape(*leading, *self.dimsd)

    def back_project(self, sinograms: ArrayLike) -> Image:
        """Back-project data (..., *dimsd) to images (..., *dims), float32."""
        batch, leading = _flatten(sinograms, self.dimsd, "sinograms")
        return self._engine.back_project(batch, self.threads).reshape(*leading, *self.dims)

    def _matvec(self, x: ArrayLike) -> Vector:
        return self._engine.project(_row(x), self.threads).ravel()

    def _rmatvec(self, x: ArrayLike) -> Vector:
        return self._engine.back_project(_row(x), self.threads).ravel()

    @cached_property
    def norm_squared(self) -> float:
        """A safe upper bound on the largest eigenvalue of GᵀG: the source of all step sizes."""
        entry = cached_arrays(
            f"{self._key}-norm",
            lambda: {"squared": np.array(norm_squared(self, self._agreement))},
            lambda entry: float(entry["squared"]) > 0,
        )
        return float(entry["squared"])

    @property
    def _agreement(self) -> float:
        """How near the bound on the norm comes: products with volumes take long."""
        return AGREEMENT if len(self.dims) == 2 else 0.02

    @cached_property
    def rows_sum(self) -> Sinogram:
        """G·1 (*dimsd): how much of each ray runs through the image."""
        return _read_only(self.project(np.ones(self.dims, np.float32)))

    @cached_property
    def columns_sum(self) -> Image:
        """Gᵀ·1 (*dims): how much of each pixel the views see."""
        return _read_only(self.back_project(np.ones(self.dimsd, np.float32)))

    def angle_subset(self, indices: Sequence[int] | NDArray[np.integer]) -> "Projector":
        """Return the projector of these views only, in this order."""
        # Not the beam's own angles: a helix makes several turns of those of its views.
        angles_deg = self.beam.views.angles_deg[np.asarray(indices, np.intp)]
        beam = self.beam.with_views(ListedViews(angle_list=tuple(angles_deg.tolist())))
        return _make(self.size, beam, self.kernel, self.threads)

    @property
    def nbytes(self) -> int:
        """Memory in bytes that the weights take."""
        return self._engine.nbytes

    def matrix(self) -> scipy.sparse.csr_array:
        """Return G as a sparse float32 matrix (data, unknowns); |H| times the weights.

        Raises `InputError` for volumes beyond small examples, whose weights are never kept.
        """
        return self._engine.matrix()


def make_projector(
    size: int, beam: Beam, kernel: str = "strip", *, threads: int | None = None
) -> Projector:
    """Return the projector of a geometry, the same object for as long as it is remembered.

    Raises
    ------
    InputError
        If the beam has no such kernel, or its source would stand inside the image.
    """
    require_choice("Kernel", kernel, (*beam.kernels, *beam.gpu_kernels))
    beam.check_fits(size)
    threads = threads or available_threads()
    return MEMORY.get(
        (size, beam, kernel, threads),
        lambda: _make(size, beam, kernel, threads),
    )


def slowness(size: int, beam: Beam, kernel: str) -> str:
    """Why the products of a geometry that was used just now are slow; "" where they are not."""
    projector = MEMORY.find((size, beam, kernel, available_threads()))
    if projector is None or projector.nbytes:
        return ""
    return (
        f"{projector.backend} Each projection is computed anew and takes many times as long as "
        "usual: fewer views, detectors or pixels make it fast."
    )


MEMORY: SizedLRU[Projector] = SizedLRU(MEMORY_LIMIT, lambda projector: projector.nbytes)


def _make(size: int, beam: Beam, kernel: str, threads: int) -> Projector:
    key = content_key(VERSION, size, beam, kernel)
    engine: Engine
    if isinstance(beam, PointPanel):
        on_gpu = kernel in beam.gpu_kernels
        engine = CudaEngine(size, beam) if on_gpu else ConeEngine(size, beam, kernel)
    elif isinstance(beam, ParallelBeam3D):
        engines = [_flat_engine(size, one, kernel, threads) for one in beam.slice_beams]
        engine = StackEngine(size, beam, engines)
    else:
        engine = _flat_engine(size, beam, kernel, threads)
    return Projector(
        size=size,
        beam=beam,
        kernel=kernel,
        threads=threads,
        engine=engine,
        key=key,
    )


def _flat_engine(size: int, beam: Beam, kernel: str, threads: int) -> Engine:
    """The products of images: by weights, or by ASTRA where these are too many."""
    try:
        weights = build_weights(
            size,
            beam.projection_matrices(),
            beam.detectors,
            kernel,
            bend=beam.bend,
            threads=threads,
            limit=WEIGHTS_LIMIT,
            name=content_key(VERSION, size, beam, kernel),
        )
    except TooLargeError as error:
        return astra_engine(size, beam, kernel, str(error))
    return WeightsEngine(weights)


def _flatten(
    arrays: ArrayLike, shape: tuple[int, ...], name: str
) -> tuple[Float32Array, tuple[int, ...]]:
    """View arrays (..., *shape) as a contiguous float32 batch, copied only if they are not."""
    given = np.asarray(arrays)
    axes = len(shape)
    if given.shape[-axes:] != tuple(shape):
        raise InputError(
            f"The last {'two' if axes == 2 else 'three'} axes of {name} must be "
            f"{'×'.join(map(str, shape))}, not {'×'.join(map(str, given.shape[-axes:]))}."
        )
    flat = np.ascontiguousarray(given, np.float32).reshape(-1, prod(shape))
    return flat, given.shape[:-axes]


def _row(vector: ArrayLike) -> Float32Array:
    return np.ascontiguousarray(vector, np.float32).reshape(1, -1)


def _read_only(array: Float32Array) -> Float32Array:
    array.setflags(write=False)
    return array

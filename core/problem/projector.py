"""The projector G: from an image to its sinogram, and back with its adjoint."""

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pylops
import scipy.sparse
from numpy.typing import NDArray

from core.problem.errors import require_choice
from core.problem.geometry import Beam, ParallelBeam, check_fits

Array = NDArray[np.float32]


class Projector(pylops.LinearOperator):
    """The projector G of one geometry as a PyLops operator, float32."""

    def __init__(
        self,
        size: int,
        beam: Beam,
        projector: str,
        matrix: scipy.sparse.csr_array,
        threads: int,
        angles: int,
    ) -> None:
        super().__init__(
            dtype=np.float32, dims=(size, size), dimsd=(angles, beam.detectors), name="G"
        )
        self.size = size
        self.beam = beam
        self.projector = projector
        self.threads = threads
        self.backend = "SciPy sparse matrix"
        self._matrix = matrix

    def forward(self, images: Array) -> Array:
        """Project images (..., size, size) to sinograms (..., angles, detectors)."""
        return self._apply(self._matrix, images, self.dims, self.dimsd)

    def adjoint(self, sinograms: Array) -> Array:
        """Back-project sinograms (..., angles, detectors) to images (..., size, size)."""
        return self._apply(self._matrix.T, sinograms, self.dimsd, self.dims)

    def _apply(
        self, matrix: Any, arrays: Array, before: tuple[int, ...], after: tuple[int, ...]
    ) -> Array:
        columns = np.asarray(arrays, np.float32).reshape(-1, before[0] * before[1])
        result = np.ascontiguousarray((matrix @ columns.T).T)
        return result.reshape(*np.shape(arrays)[:-2], *after)

    def _matvec(self, x: Array) -> Array:
        return self.forward(x.reshape(self.dims)).ravel()

    def _rmatvec(self, x: Array) -> Array:
        return self.adjoint(x.reshape(self.dimsd)).ravel()

    @cached_property
    def norm_squared(self) -> float:
        """A safe upper bound on the largest eigenvalue of GᵀG."""
        image = np.ones(self.dims, np.float32)
        value = 0.0
        for _ in range(60):
            back = self.adjoint(self.forward(image))
            value = float(np.linalg.norm(back) / np.linalg.norm(image))
            image = back / np.linalg.norm(back)
        return value * 1.0001

    @cached_property
    def rows_sum(self) -> Array:
        """G·1 (angles, detectors)."""
        return self.forward(np.ones(self.dims, np.float32))

    @cached_property
    def columns_sum(self) -> Array:
        """Gᵀ·1 (size, size)."""
        return self.adjoint(np.ones(self.dimsd, np.float32))

    def angle_subset(self, indices: Any) -> "Projector":
        """The projector of these views only, in this order."""
        views = np.arange(self.dimsd[0])[np.asarray(indices)]
        rows = (views[:, None] * self.beam.detectors + np.arange(self.beam.detectors)).ravel()
        return Projector(
            self.size, self.beam, self.projector, self._matrix[rows], self.threads, len(views)
        )

    def matrix(self) -> scipy.sparse.csr_array:
        """G as a sparse matrix (angles × detectors, size²)."""
        return self._matrix.copy()


def make_projector(
    size: int, beam: Beam, projector: str = "strip", *, threads: int | None = None
) -> Projector:
    """Return the projector of this geometry, from the cache where it is there."""
    require_choice("Projector", projector, beam.projectors)
    check_fits(size, beam)
    return _make(size, beam, projector, threads or 2)


@lru_cache(maxsize=4)
def _make(size: int, beam: Beam, projector: str, threads: int) -> Projector:
    import astra

    reference = reference_projector(size, beam, projector)
    identifier = astra.projector.matrix(reference.projector_id)
    matrix = scipy.sparse.csr_array(astra.matrix.get(identifier), dtype=np.float32)
    astra.matrix.delete(identifier)
    matrix.eliminate_zeros()
    return Projector(size, beam, projector, matrix, threads, beam.angles)


def reference_projector(size: int, beam: Beam, projector: str = "strip") -> Any:
    """The lecture's own way: `pylops.medical.CT2D` on ASTRA's CPU projectors."""
    import pylops.medical

    options: dict[str, Any] = {}
    if not isinstance(beam, ParallelBeam):
        options = {
            "proj_geom_type": "fanflat",
            "source_origin_dist": beam.source_origin,
            "origin_detector_dist": beam.origin_detector,
        }
    return pylops.medical.CT2D(
        (size, size),
        beam.detector_width,
        beam.detectors,
        beam.angles_rad,
        engine="cpu",
        projector_type=projector,
        **options,
    )

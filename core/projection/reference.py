"""ASTRA's projectors through PyLops: the lecture's own way, and the measure of the fast one."""

import weakref
from typing import Any

import numpy as np
import pylops

from core.array_types import Float32Array, Float64Array
from core.geometry.beams import Beam
from core.geometry.rays import ray
from core.projection.engines import AstraEngine

PARTS = 16
"""Rays whose mean stands for the strip of a curved row's detector."""


def reference_projector(size: int, beam: Beam, kernel: str = "strip") -> Any:
    """Return ASTRA's CPU projectors as a PyLops operator: float32, dims (size, size)."""
    return _operator(size, beam, kernel, "cpu")


def astra_engine(size: int, beam: Beam, kernel: str, reason: str) -> AstraEngine:
    """Return ASTRA as the engine of a projector; `reason` says why it is needed.

    On CUDA ASTRA knows the `linear` weights only.
    """
    import astra

    cuda = kernel == "linear" and astra.use_cuda()
    operator = _operator(size, beam, kernel, "cuda" if cuda else "cpu")
    where = "the graphics card" if cuda else "the processor"
    return AstraEngine(operator, f"ASTRA on {where}. {reason}")


class RayByRay(pylops.LinearOperator):
    """ASTRA's CPU projector for a curved row, which ASTRA has not: ray by ray.

    `line` is one ray to the middle of each detector, `strip` the mean of `parts` of them.
    """

    def __init__(self, size: int, beam: Beam, kernel: str) -> None:
        import astra

        self.parts = PARTS if kernel == "strip" else 1
        scanner = astra.create_proj_geom("fanflat_vec", 1, _vectors(beam, self.parts))
        volume = astra.create_vol_geom(size, size)
        self.identifier = astra.create_projector("line_fanflat", scanner, volume)
        weakref.finalize(self, astra.projector.delete, self.identifier)
        self._rays = astra.OpTomo(self.identifier)
        dimsd = (beam.view_count, beam.detectors)
        super().__init__(dtype=np.float32, dims=(size, size), dimsd=dimsd, name="G")

    def _matvec(self, x: Float32Array) -> Any:
        return self._rays.matvec(x).reshape(-1, self.parts).mean(axis=1)

    def _rmatvec(self, x: Float32Array) -> Any:
        return self._rays.rmatvec(np.repeat(x / np.float32(self.parts), self.parts))


def _vectors(beam: Beam, parts: int) -> Float64Array:
    """ASTRA's `fanflat_vec` of each ray (views · detectors · parts, 6).

    Source, where the ray goes, and the direction of the detectors, each as x and y.
    """
    steps = (np.arange(beam.detectors * parts) + 0.5) / parts - beam.detectors / 2
    across = steps * beam.detector_width
    sources = ray(beam, across, np.full(len(across), -(beam.source_distance or 0.0)))
    targets = ray(beam, across, np.zeros(len(across)))
    turn = beam.angles_rad[:, None]
    along = np.broadcast_to(np.stack([np.cos(turn), np.sin(turn)], axis=-1), targets.shape)
    return np.concatenate([sources, targets, along], axis=-1).reshape(-1, 6)


def _operator(size: int, beam: Beam, kernel: str, engine: str) -> Any:
    if beam.bend:
        return RayByRay(size, beam, kernel)
    return _ct2d(size, beam, kernel, engine)


def _ct2d(size: int, beam: Beam, kernel: str, engine: str) -> Any:
    from pylops.medical import CT2D

    return CT2D(
        (size, size),
        beam.detector_width,
        beam.detectors,
        beam.angles_rad,
        engine=engine,
        projector_type="cuda" if engine == "cuda" else kernel,
        **beam.ct2d_options(),
    )

"""ASTRA's projectors through PyLops: the lecture's own way, and the measure of the fast one."""

from typing import Any

from core.problem.geometry import Beam
from core.problem.projection.engines import AstraEngine


def reference_projector(size: int, beam: Beam, kernel: str = "strip") -> Any:
    """Return `pylops.medical.CT2D` with ASTRA's CPU projectors: float32, dims (size, size)."""
    return _ct2d(size, beam, kernel, "cpu")


def astra_engine(size: int, beam: Beam, kernel: str, reason: str) -> AstraEngine:
    """Return ASTRA as the engine of a projector; `reason` says why it is needed.

    On CUDA ASTRA knows the `linear` weights only.
    """
    import astra

    cuda = kernel == "linear" and astra.use_cuda()
    operator = _ct2d(size, beam, kernel, "cuda" if cuda else "cpu")
    where = "the graphics card" if cuda else "the processor"
    return AstraEngine(operator, f"ASTRA on {where}. {reason}")


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

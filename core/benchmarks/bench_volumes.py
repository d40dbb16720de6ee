"""Speed in three dimensions, against what a processor without CUDA can run."""

from typing import Any

from core.benchmarks.timing import Row, interleaved

SIZE, VIEWS = 64, 60


def stack_of_slices() -> Row:
    """Measure a product with G and one with Gᵀ of a stack of parallel beams."""
    import numpy as np

    from core.geometry.volume_beams import ParallelBeam3D
    from core.projection.projector import make_projector, reference_projector

    beam = ParallelBeam3D.sized(SIZE).with_angles(VIEWS)
    operator = make_projector(SIZE, beam, "strip")
    reference = reference_projector(SIZE, beam.slice_beams[0])
    volume = np.random.default_rng(0).random(operator.dims, np.float32)
    data = operator.project(volume)

    def by_astra() -> None:
        for k, image in enumerate(volume):
            reference @ image.ravel()
            reference.H @ data[:, k].ravel()

    baseline, ours = interleaved(
        by_astra,
        lambda: operator.back_project(operator.project(volume)),
        rounds=3,
        ours_each=8,
    )
    return Row(
        what=f"parallel beam, forward + adjoint, {SIZE}³ × {VIEWS}",
        against="ASTRA, CPU, strip, slice by slice",
        baseline=baseline,
        ours=ours,
        at_least=12,
        note=f"{operator.threads} threads",
    )


def joseph_and_footprint() -> Row:
    """Compare both kernels of a cone beam: what the more exact one costs."""
    import numpy as np

    from core.projection.projector import make_projector

    exact, fast = (make_projector(SIZE, _beam(), kernel) for kernel in ("strip", "linear"))
    volume = np.random.default_rng(0).random(exact.dims, np.float32)
    baseline, ours = interleaved(
        lambda: exact.back_project(exact.project(volume)),
        lambda: fast.back_project(fast.project(volume)),
        rounds=10,
        ours_each=3,
    )
    return Row(
        what=f"cone beam by Joseph's method, {SIZE}³ × {VIEWS}",
        against="separable footprints, of ours",
        baseline=baseline,
        ours=ours,
        note=f"{fast.threads} threads",
    )


def _beam() -> Any:
    from core.geometry.volume_beams import ConeBeam

    return ConeBeam.sized(SIZE).with_angles(VIEWS)

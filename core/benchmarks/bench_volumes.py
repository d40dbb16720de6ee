"""Speed in three dimensions, against what a processor without CUDA can run."""

from dataclasses import replace
from importlib.metadata import version
from typing import Any

from core.benchmarks.timing import NotMeasured, Row, interleaved

SIZE, VIEWS = 64, 60


def stack_of_slices() -> Row:
    """Measure a product with G and one with Gᵀ of a stack of parallel beams."""
    import numpy as np

    from core.geometry.views import EvenViews
    from core.geometry.volume_beams import ParallelBeam3D
    from core.projection.projector import make_projector, reference_projector

    views = EvenViews(angles=VIEWS)
    beam = replace(ParallelBeam3D.sized(SIZE), views=views)
    operator = make_projector(SIZE, beam, "strip")
    reference = reference_projector(SIZE, beam.slice_beams[0])
    volume = np.random.default_rng(0).random((SIZE,) * 3, np.float32)
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


def cone_beam() -> Row:
    """Measure a product with G and one with Gᵀ of a cone beam, where mbirjax is installed."""
    import numpy as np

    from core.projection.projector import make_projector

    mbirjax = _optional("mbirjax")
    beam = _beam()
    operator = make_projector(SIZE, beam, "linear")
    volume = np.random.default_rng(0).random((SIZE,) * 3, np.float32)
    model = mbirjax.ConeBeamModel(
        operator.dimsd,
        beam.angles_rad,
        source_detector_dist=beam.source_detector,
        source_iso_dist=beam.source_origin,
    )
    model.set_params(
        delta_det_channel=beam.detector_width,
        delta_det_row=beam.row_height,
        delta_voxel=1.0,
        recon_shape=(SIZE,) * 3,
        verbose=0,
    )
    theirs = volume.transpose(1, 2, 0).copy()

    def baseline() -> None:
        np.asarray(model.back_project(model.forward_project(theirs)))

    taken, ours = interleaved(
        baseline, lambda: operator.back_project(operator.project(volume)), rounds=5, ours_each=3
    )
    return Row(
        what=f"cone beam, Joseph, forward + adjoint, {SIZE}³ × {VIEWS}",
        against=f"mbirjax {version('mbirjax')}, CPU",
        baseline=taken,
        ours=ours,
        at_least=8,
        note=f"{operator.threads} threads",
    )


def joseph_and_footprint() -> Row:
    """Compare both kernels of a cone beam: what the more exact one costs."""
    import numpy as np

    from core.projection.projector import make_projector

    exact, fast = (make_projector(SIZE, _beam(), kernel) for kernel in ("strip", "linear"))
    volume = np.random.default_rng(0).random((SIZE,) * 3, np.float32)
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
    from core.geometry.views import EvenViews
    from core.geometry.volume_beams import ConeBeam

    return replace(ConeBeam.sized(SIZE), views=EvenViews(angles=VIEWS, arc=360.0))


def _optional(name: str) -> Any:
    """A library that the laboratory does without; raises `NotMeasured` where it is absent."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise NotMeasured(f"{name} is not installed.") from None

import numpy as np
import pytest

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.projection.projector import make_projector

SCANS = [
    (16, ParallelBeam(views=EvenViews(angles=9), detectors=12, detector_width=1.5), "strip"),
    (15, ParallelBeam(views=EvenViews(angles=8), detectors=15, detector_width=1.0), "line"),
    (16, ParallelBeam(views=EvenViews(angles=5, arc=60, start=20), detectors=40), "linear"),
    (
        16,
        ParallelBeam(views=EvenViews(angles=1), detectors=16, detector_width=1.0),
        "strip",
    ),  # GᵀG falls apart
    (
        16,
        ParallelBeam(views=EvenViews(angles=4), detectors=3, detector_width=1.0),
        "strip",
    ),  # pixels not seen
    (
        16,
        FanBeam(
            views=EvenViews(angles=7, arc=360.0), source_origin=20, origin_detector=9, detectors=20
        ),
        "strip",
    ),
]


@pytest.mark.parametrize(("size", "beam", "projector"), SCANS)
def test_the_bound_lies_just_above_the_largest_singular_value(size, beam, projector):
    operator = make_projector(size, beam, projector)
    matrix = operator.matrix().toarray().astype(np.float64)
    exact = np.linalg.svd(matrix, compute_uv=False)[0] ** 2
    assert exact <= operator.norm_squared <= exact * 1.001


def test_the_bound_holds_where_float32_has_rounded():
    # 1 / 3 of the largest pixel is the smallest: no start vector is an eigenvector here.
    operator = make_projector(64, ParallelBeam(views=EvenViews(angles=13, start=4), detectors=50))
    image = np.random.default_rng(0).random((64, 64), np.float32)
    for _ in range(20):
        product = operator.back_project(operator.project(image)).astype(np.float64)
        rayleigh = np.vdot(image, product) / np.vdot(image, image.astype(np.float64))
        assert rayleigh <= operator.norm_squared
        image = (product / product.max()).astype(np.float32)


def test_the_lectures_step_size():
    step = 0.99 / make_projector(320, ParallelBeam()).norm_squared
    assert step == pytest.approx(0.00015775425430130386, abs=1e-6)
    # And closer than asked: ASTRA's weights and ours have norms that differ by less than 1e-4.
    assert step == pytest.approx(0.00015775425430130386, rel=1e-4)

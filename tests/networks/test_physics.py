import numpy as np
import pytest
import torch
from skimage.transform.radon_transform import _get_fourier_filter
from torch.nn import functional

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.networks.architectures.physics import Physics, ramp_response
from core.problem.images import SheppLogan
from core.problem.phantoms import rasterise
from core.projection.projector import make_projector
from tests.helpers.small_physics import DETECTORS, SIZE, VIEWS, dense, scans_of, small

BEAMS = {
    "parallel": ParallelBeam(views=EvenViews(angles=90), detectors=64),
    "full turn": ParallelBeam(views=EvenViews(angles=90, arc=360), detectors=64),
    "fan": FanBeam(
        views=EvenViews(angles=120, arc=360.0), detectors=96, source_origin=128, origin_detector=64
    ),
}


def test_the_norm_is_one(physics):
    image = torch.rand(1, 1, 64, 64)
    for _ in range(40):
        image = physics.adjoint(physics.forward(image))
        size = image.norm()
        image = image / size
    assert float(size) == pytest.approx(1, abs=2e-3)


def test_the_adjoint_is_the_adjoint_of_the_scaled_scan(physics):
    random = torch.Generator().manual_seed(0)
    x = torch.randn(2, 1, 64, 64, generator=random)
    y = torch.randn(2, 1, 12, 32, generator=random)
    left, right = (physics.forward(x) * y).sum(), (x * physics.adjoint(y)).sum()
    assert float(left) == pytest.approx(float(right), abs=1e-4)


def test_the_ramp_is_that_of_scikit_image():
    ours = ramp_response(128)
    theirs = _get_fourier_filter(128, "ramp")[:65, 0] / 2
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("beam", BEAMS.values(), ids=BEAMS)
def test_the_fbp_of_a_scanned_ellipse_is_the_ellipse(beam):
    physics = Physics(make_projector(64, beam, threads=1))
    ellipse = rasterise(np.array([[0.8, 0.4, 0.5, 0.1, 0.1, 0.3]]), 64).astype(np.float32)
    truth = torch.from_numpy(ellipse)[None, None]
    image = physics.fbp(physics.forward(truth))
    assert float(image[0, 0, 26:32, 33:38].mean()) == pytest.approx(0.8, abs=0.03)


def test_the_fbp_is_astras():
    beam = ParallelBeam(views=EvenViews(angles=60), detectors=64)
    operator = make_projector(64, beam, threads=1)
    physics = Physics(operator)
    truth = rasterise(np.array([[1.0, 0.3, 0.6, 0, 0, 0.5]]), 64).astype(np.float32)
    data = operator.project(truth)
    (step,) = FBP().iterate(operator, data)
    ours = physics.fbp(physics.scale(data))[0, 0].numpy()
    difference = np.linalg.norm(ours - step.image) / np.linalg.norm(step.image)
    assert difference < 0.02  # one is scaled by a disc, the other by its formula


def test_missing_views_make_the_fbp_weaker():
    half = Physics(
        make_projector(
            64, ParallelBeam(views=EvenViews(angles=45, arc=90), detectors=64), threads=1
        )
    )
    disc = rasterise(np.array([[1.0, 0.7, 0.7, 0, 0, 0]]), 64).astype(np.float32)
    image = half.fbp(half.forward(torch.from_numpy(disc)[None, None]))
    assert float(image[0, 0, 28:36, 28:36].mean()) == pytest.approx(0.5, abs=0.02)


def test_every_map_can_be_differentiated_twice(physics):
    image = torch.rand(1, 1, 64, 64, requires_grad=True)
    energy = physics.fbp(physics.forward(image)).square().sum()
    (first,) = torch.autograd.grad(energy, image, create_graph=True)
    (second,) = torch.autograd.grad(first.square().sum(), image)
    assert bool(torch.isfinite(second).all())
    assert float(second.norm()) > 0


def test_the_filter_of_fbp_is_symmetric_and_positive_and_its_trace_is_known():
    physics = small()
    matrix = dense(physics.sharpen, (1, VIEWS, DETECTORS))
    torch.testing.assert_close(matrix, matrix.T, atol=1e-6, rtol=1e-5)
    assert float(torch.linalg.eigvalsh(matrix).min()) > 0
    assert float(matrix.trace()) == pytest.approx(physics.sharpening_trace(VIEWS), rel=1e-5)
    data = scans_of(physics, 0.05, count=2).data
    flat = data.flatten(1).double()
    squares = ((flat @ matrix) * flat).sum(1).mean() / SIZE**2
    assert float(physics.sharp_square(data)) == pytest.approx(float(squares), rel=1e-5)


def test_what_the_scan_sees_of_an_error_is_all_of_it_where_there_are_many_views():
    many = small(views=60, detectors=SIZE, width=1.0)
    error = torch.from_numpy(SheppLogan().read(SIZE))[None, None]
    blurred = functional.avg_pool2d(error, 3, stride=1, padding=1)
    seen = float(many.sharp_square(many.forward(blurred)))
    assert seen == pytest.approx(float(blurred.square().mean()), rel=0.05)

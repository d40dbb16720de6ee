"""The bridge of the lessons: two routes, the demonstration with every operator, and Jacobians."""

import numpy as np
import pylops
import pytest
import scipy.sparse
import torch

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.projection.autograd import bridge
from core.projection.projector import make_projector
from core.recipes.bridge import broken, chain, demo, jacobian
from tests.helpers.bridge_scan import SIZE


def test_the_lesson_and_the_lab_build_the_same_bridge(projector):
    x = torch.randn(SIZE, SIZE, generator=torch.Generator().manual_seed(0)).requires_grad_()
    gradients = []
    for function in (chain.with_adjoint(projector), bridge(projector)):
        (once,) = torch.autograd.grad(function(x).exp().sum(), x, create_graph=True)
        gradients.append(torch.autograd.grad(once.square().sum(), x)[0])
    assert torch.allclose(*gradients, rtol=1e-5, atol=0)


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support")
def test_two_routes_of_the_scan(projector, dense):
    written = chain.written_scan(projector.matrix(), projector.dimsd)
    routes = chain.two_routes(projector, written, repeats=1)

    random = torch.Generator().manual_seed(0)
    x = torch.randn(projector.dims, generator=random).numpy()
    v = torch.randn(projector.dimsd, generator=random).numpy()
    weights = np.linspace(0.5, 1.5, SIZE)[:, None]
    slope = 1 / (1 + np.exp(-weights * x))
    expected = weights * slope * (dense.T @ v.ravel()).reshape(x.shape)
    for route in routes:
        assert np.linalg.norm(route.gradient - expected) < 1e-6 * np.linalg.norm(expected)
        assert route.forward_seconds > 0
        assert route.backward_seconds > 0

    image_bytes = 4 * SIZE**2
    matrix = projector.matrix()
    matrix.eliminate_zeros()
    table = 4 * (2 * matrix.nnz + matrix.shape[0] + 1)  # float32 and int32
    assert routes[0].tape_bytes == (4 * SIZE, image_bytes, table)
    assert routes[1].tape_bytes == (4 * SIZE, image_bytes, 0)


def test_two_routes_of_the_derivative():
    operator = pylops.FirstDerivative((SIZE, SIZE), axis=0, dtype="float32")
    written, told = chain.two_routes(operator, chain.written_derivative, repeats=1)
    assert np.allclose(written.gradient, told.gradient, rtol=0, atol=1e-6)
    assert written.tape_bytes[2] >= 4 * SIZE**2
    assert told.tape_bytes[2] == 0


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support")
def test_rows_in_disorder_and_written_zeros_do_not_disturb_the_sparse_tensor():
    matrix = scipy.sparse.csr_array(
        (np.float32([3, 0, 1, 2]), np.array([2, 0, 1, 0]), np.array([0, 3, 4])), shape=(2, 3)
    )
    x = torch.tensor([1.0, 10.0, 100.0])
    assert chain.written_scan(matrix, (2,))(x).tolist() == [310, 2]
    assert matrix.nnz == 4


@pytest.mark.parametrize("name", [*demo.operators(12), "scan"])
def test_demo_with_every_operator_and_vector(name):
    size = 12
    beam = ParallelBeam(views=EvenViews(angles=5), detectors=size, detector_width=1)
    operator = make_projector(size, beam) if name == "scan" else demo.operators(size)[name]
    x = np.random.default_rng(0).standard_normal(operator.dims)
    for v in demo.vectors(operator.dimsd).values():
        result = demo.demo(operator, x, v)
        assert result.equal
        assert result.y.shape == v.shape
        # `transposed` uses the forward map alone, so it would see a wrong adjoint.
        assert np.allclose(result.jtv, result.transposed, rtol=0, atol=2e-6 * np.linalg.norm(v))


def test_demo_sees_an_adjoint_that_is_none(projector):
    pair = broken.Pair(projector, 2 * projector.H)
    v = np.ones(projector.dimsd)
    result = demo.demo(pair, np.ones(projector.dims), v)
    assert result.equal
    assert not np.allclose(result.jtv, result.transposed, rtol=0.1)


def test_vectors_are_what_their_names_say():
    vectors = demo.vectors((2, 3))
    assert vectors["a single one"].sum() == 1
    assert vectors["a checkerboard"].tolist() == [[1, -1, 1], [-1, 1, -1]]


def test_jacobian_is_the_matrix(projector, dense):
    J = jacobian.jacobian(projector)
    assert J.shape == projector.shape
    assert np.allclose(J, dense, rtol=0, atol=1e-7 * abs(dense).max())
    assert np.allclose(jacobian.matrix(projector), dense, rtol=0, atol=1e-7 * abs(dense).max())


def test_a_jacobian_too_large_is_refused_before_it_is_made():
    operator = pylops.Identity(10_000, dtype="float32")
    operator.dims = operator.dimsd = (100, 100)
    with pytest.raises(ValueError, match=r"10000 × 10000 numbers would need 400 MB.*200 MB"):
        jacobian.jacobian(operator)

import numpy as np
import pylops
import pylops.signalprocessing
import pytest
import torch

from core.projection import products
from core.projection.autograd import bridge
from core.projection.projector import make_projector
from tests.helpers.bridged import OPERATORS, PARALLEL, SIZE, draw

torch.set_num_threads(1)


@pytest.fixture(params=OPERATORS)
def operator(request):
    return OPERATORS[request.param]()


@pytest.fixture(scope="module")
def projector():
    return make_projector(SIZE, PARALLEL)


def dense(operator):
    if hasattr(operator, "matrix"):
        return operator.matrix().toarray().astype(np.float64)
    return operator @ np.eye(operator.shape[1])


@pytest.mark.parametrize("leading", [(), (1,), (3,), (2, 3), (0,)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_both_directions_are_the_matrix(operator, leading, dtype):
    G = bridge(operator)
    matrix = torch.from_numpy(dense(operator))
    # Sums of at most 144 terms: float32 keeps 1e-6 of the largest, float64 1e-14.
    tolerance = 2e-6 if dtype is torch.float32 else 1e-13
    for map_, rows in ((G, matrix), (G.adjoint, matrix.T)):
        x = draw(*leading, *map_.dims, dtype=dtype)
        y = map_(x)
        expected = x.double().reshape(-1, rows.shape[1]) @ rows.T
        assert y.dtype is dtype
        assert y.shape == (*leading, *map_.dimsd)
        assert torch.allclose(
            y.double().reshape(expected.shape), expected, rtol=0, atol=tolerance * rows.norm()
        )


def test_gradient_is_the_adjoint(operator):
    G = bridge(operator)
    x = draw(2, *G.dims, dtype=torch.float32).requires_grad_()
    v = draw(2, *G.dimsd, dtype=torch.float32)
    G(x).backward(v)
    expected = v.double().reshape(2, -1) @ torch.from_numpy(dense(operator))
    error = (x.grad.double().reshape(2, -1) - expected).norm() / expected.norm()
    assert error < 1e-6


def test_gradient_checks_pass_twice(operator):
    G = bridge(operator)
    x = draw(2, *G.dims).requires_grad_()
    assert torch.autograd.gradcheck(G, x, check_forward_ad=True, fast_mode=True)
    assert torch.autograd.gradgradcheck(G, x, fast_mode=True)
    assert torch.autograd.gradcheck(G.adjoint, draw(*G.dimsd).requires_grad_(), fast_mode=True)


def test_gradient_check_of_every_entry(projector):
    x = draw(SIZE, SIZE).requires_grad_()
    assert torch.autograd.gradcheck(bridge(projector), x)


def test_derivatives_of_any_order(projector):
    """With N = GᵀG the gradient of ½‖Gx‖² is N x, of ½‖N x‖² it is N² x, then N⁴ x."""
    G, matrix = bridge(projector), torch.from_numpy(dense(projector))
    x = draw(SIZE, SIZE).requires_grad_()
    value = 0.5 * G(x).square().sum()
    for _ in range(3):
        (gradient,) = torch.autograd.grad(value, x, create_graph=True)
        value = 0.5 * gradient.square().sum()
    normal = matrix.T @ matrix
    expected = normal @ (normal @ (normal @ (normal @ x.detach().ravel())))
    assert torch.allclose(gradient.ravel(), expected, rtol=1e-10, atol=0)


def test_pylops_own_bridge_ends_after_one_derivative():
    operator = pylops.FirstDerivative((8, 8))
    x = draw(8, 8).requires_grad_()
    for once, map_ in ((True, pylops.TorchOperator(operator).apply), (False, bridge(operator))):
        (gradient,) = torch.autograd.grad(map_(x).square().sum(), x, create_graph=True)
        expected = torch.from_numpy(2 * (operator.H @ (operator @ x.detach().numpy())))
        assert torch.allclose(gradient, expected)
        if once:
            with pytest.raises(RuntimeError, match="does not require grad"):
                gradient.square().sum().backward()
        else:
            gradient.square().sum().backward()
            assert x.grad is not None


def test_functional_transforms(projector):
    G, matrix = bridge(projector), dense(projector)
    x = draw(SIZE, SIZE)
    for jacobian in (torch.func.jacrev(G)(x), torch.func.jacfwd(G)(x)):
        assert np.allclose(jacobian.reshape(matrix.shape), matrix, rtol=0, atol=1e-14)
    images = draw(SIZE, 4, SIZE)
    mapped = torch.func.vmap(G, in_dims=1)(images)
    assert torch.allclose(mapped, G(images.movedim(1, 0)))
    per_image = torch.func.vmap(torch.func.grad(lambda image: G(image).square().sum()))
    assert torch.allclose(per_image(images.movedim(1, 0))[2], 2 * G.adjoint(G(images[:, 2])))
    x.requires_grad_()
    y = G(x)
    rows = torch.func.vmap(lambda v: torch.autograd.grad(y, x, v, retain_graph=True)[0])
    units = torch.eye(len(matrix), dtype=torch.float64).reshape(-1, *G.dimsd)
    assert np.allclose(rows(units).reshape(matrix.shape), matrix, rtol=0, atol=1e-14)


def test_hessian_times_vector_forward_over_reverse(projector):
    G = bridge(projector)
    x, direction = draw(SIZE, SIZE), draw(SIZE + 1, SIZE)[:SIZE]
    gradient = torch.func.grad(lambda x: 0.5 * G(x).square().sum())
    _, product = torch.func.jvp(gradient, (x,), (direction,))
    assert torch.allclose(product, G.adjoint(G(direction)))
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(x.requires_grad_(), direction)
        (slope,) = torch.autograd.grad(0.5 * G(dual).square().sum(), dual)
        assert torch.allclose(torch.autograd.forward_ad.unpack_dual(slope).tangent, product)


def test_batches_of_gradients(operator):
    """As `torch.autograd` makes them, which is not the way of `torch.func`."""
    G, matrix = bridge(operator), torch.from_numpy(dense(operator))
    x = draw(*G.dims).requires_grad_()
    v = draw(4, *G.dimsd)
    (together,) = torch.autograd.grad(G(x), x, v, is_grads_batched=True)
    assert torch.allclose(together.reshape(4, -1), v.reshape(4, -1) @ matrix)
    for strategy in ("reverse-mode", "forward-mode"):
        jacobian = torch.autograd.functional.jacobian(G, x, vectorize=True, strategy=strategy)
        assert torch.allclose(jacobian.reshape(matrix.shape), matrix)
        hessian = torch.autograd.functional.hessian(
            lambda x: 0.5 * G(x).square().sum(), x, vectorize=True, outer_jacobian_strategy=strategy
        )
        assert torch.allclose(hessian.reshape(len(matrix.T), -1), matrix.T @ matrix)


def test_gradient_checks_in_batches(operator):
    G = bridge(operator)
    x = draw(*G.dims).requires_grad_()
    assert torch.autograd.gradcheck(
        G,
        x,
        check_batched_grad=True,
        check_forward_ad=True,
        check_batched_forward_grad=True,
    )
    assert torch.autograd.gradgradcheck(
        G, x, check_batched_grad=True, check_fwd_over_rev=True, check_rev_over_rev=True
    )


def test_a_sparse_gradient(projector):
    G, matrix = bridge(projector), torch.from_numpy(dense(projector))
    x, v = draw(SIZE, SIZE).requires_grad_(), torch.zeros(G.dimsd, dtype=torch.float64)
    v[2, 4] = 3.0
    (gradient,) = torch.autograd.grad(G(x), x, v.to_sparse())
    assert torch.allclose(gradient.ravel(), v.ravel() @ matrix)


def test_tracers_see_a_product_and_no_constant(projector):
    G = bridge(projector)
    x, other = draw(SIZE, SIZE), draw(2 * SIZE, SIZE)[SIZE:]
    traced = torch.fx.experimental.proxy_tensor.make_fx(G)(x)
    assert torch.equal(traced(other), G(other))
    torch.library.opcheck(
        products.torch_product(), (x, G._direction.products.key, False), test_utils="test_schema"
    )

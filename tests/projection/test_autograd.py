import copy
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pylops
import pylops.signalprocessing
import pytest
import torch

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.projection import products
from core.projection.autograd import bridge
from core.projection.projector import make_projector, reference_projector

torch.set_num_threads(1)

SIZE = 12
PARALLEL = ParallelBeam(views=EvenViews(angles=5), detectors=9)
FAN = FanBeam(
    views=EvenViews(angles=6, arc=360.0), detectors=9, source_origin=40, origin_detector=40
)
KERNEL = np.outer([1.0, 2.0, 1.0], [1.0, 4.0, 1.0]) / 24


def blur(dims):
    return pylops.signalprocessing.Convolve2D(dims, h=KERNEL, offset=(1, 1))


OPERATORS = {
    "derivative": lambda: pylops.FirstDerivative((6, 5)),
    "second derivative": lambda: pylops.SecondDerivative((6, 5)),
    "gradient": lambda: pylops.Gradient((5, 4)),
    "blur": lambda: blur((6, 5)),
    "wavelet": lambda: pylops.signalprocessing.DWT2D((8, 4), level=2),
    "identity": lambda: pylops.Identity(7),
    "composition": lambda: pylops.FirstDerivative((6, 5)).H @ blur((6, 5)),
    "strip": lambda: make_projector(SIZE, PARALLEL, "strip"),
    "line": lambda: make_projector(SIZE, PARALLEL, "line"),
    "linear": lambda: make_projector(SIZE, PARALLEL, "linear"),
    "fan beam": lambda: make_projector(SIZE, FAN),
    "some views": lambda: make_projector(SIZE, PARALLEL).angle_subset([3, 0]),
}


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


def draw(*shape, dtype=torch.float64):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(sum(shape)))


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


def test_it_travels_in_a_file(tmp_path, projector):
    G = bridge(projector)
    x = draw(SIZE, SIZE)
    G(x)  # makes the matrix in float64, which stays at home
    path = tmp_path / "bridge.pt"
    torch.save({"G": G, "Gt": G.adjoint}, path)
    assert path.stat().st_size < 5000
    there = torch.load(path, weights_only=False)
    assert torch.equal(there["G"](x), G(x))
    assert torch.equal(there["Gt"](G(x)), G.adjoint(G(x)))
    assert torch.equal(copy.deepcopy(G)(x), G(x))


def test_gaps_and_broadcasts(projector):
    G = bridge(projector)
    x = draw(SIZE, SIZE, 2).movedim(-1, 0)
    assert not x.is_contiguous()
    assert torch.equal(G(x), G(x.contiguous()))
    x.requires_grad_()
    G(x).sum().backward()  # the gradient of a sum is one number with strides of zero
    expected = G.adjoint(torch.ones(G.dimsd, dtype=torch.float64)).expand(2, SIZE, SIZE)
    assert torch.allclose(x.grad, expected)


class Watched(pylops.LinearOperator):
    """Remembers where its input lay; returns it as it came."""

    def __init__(self):
        super().__init__(dtype=np.float32, dims=(5,), dimsd=(5,))

    def _matvec(self, x):
        self.seen = x.ctypes.data
        return x


def test_input_is_not_copied_and_output_is_not_shared():
    operator, x = Watched(), draw(5, dtype=torch.float32)
    y = bridge(operator)(x)
    assert operator.seen == x.data_ptr()
    assert torch.equal(y, x)
    assert y.data_ptr() != x.data_ptr()


def test_the_tape_keeps_nothing(projector):
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(kept.append, lambda tensor: tensor):
        bridge(projector)(draw(SIZE, SIZE).requires_grad_())
    assert kept == []


@pytest.mark.parametrize("make", [make_projector, reference_projector])
def test_many_threads_at_once(make):
    operator = make(48, ParallelBeam(views=EvenViews(angles=11), detectors=24), "strip")
    shared = bridge(operator)

    def gradient(seed):
        x = draw(48, 48 + seed, dtype=torch.float32)[:, :48].clone().requires_grad_()
        (0.5 * shared(x).square().sum()).backward()
        return x.grad

    alone = [gradient(seed) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(gradient, [seed for seed in range(8) for _ in range(6)]))
    for number, result in enumerate(together):
        assert torch.equal(result, alone[number // 6])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_tensors_come_back_to_their_device(projector):
    G, x = bridge(projector), draw(2, SIZE, SIZE, dtype=torch.float32)
    there = x.cuda().requires_grad_()
    y = G(there)
    y.sum().backward()
    assert y.is_cuda
    assert there.grad.is_cuda
    assert torch.equal(y.cpu(), G(x))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (torch.zeros(SIZE, SIZE + 1), r"\(12, 12\).*\(12, 13\)"),
        (torch.zeros(SIZE), r"\(12, 12\).*\(12,\)"),
        (torch.zeros(SIZE, SIZE, dtype=torch.int64), "float32 or float64.*int64"),
        (torch.zeros(SIZE, SIZE, dtype=torch.bfloat16), "float32 or float64.*bfloat16"),
        (torch.zeros(SIZE, SIZE, device="meta"), "CPU or a CUDA device, not on meta"),
        (np.zeros((SIZE, SIZE)), "torch tensor, not ndarray"),
        (torch.zeros(SIZE, SIZE).to_sparse(), r"dense.*torch\.sparse_coo; x\.to_dense\(\)"),
        (torch.zeros(SIZE, SIZE).to_sparse_csr(), r"dense.*torch\.sparse_csr"),
        (torch.zeros(SIZE, SIZE).to_mkldnn(), r"dense.*torch\._mkldnn"),
        (torch.nested.nested_tensor([torch.zeros(SIZE, SIZE)]), "dense.*nested.*to_padded"),
    ],
)
def test_what_the_bridge_refuses(projector, wrong, words):
    with pytest.raises(InputError, match=words):
        bridge(projector)(wrong)


def test_the_adjoint_names_its_own_shape(projector):
    with pytest.raises(InputError, match=r"Gᵀ takes .*\(5, 9\).*\(12, 12\)"):
        bridge(projector).adjoint(torch.zeros(SIZE, SIZE))


def test_operators_that_cannot_cross():
    with pytest.raises(InputError, match="PyLops operator, not ndarray"):
        bridge(np.eye(3))
    with pytest.raises(InputError, match=r"real operators.*complex128"):
        bridge(pylops.signalprocessing.FFT(8))


def test_double_precision_is_refused_where_it_would_be_a_pretence(monkeypatch, projector):
    ct = bridge(reference_projector(SIZE, PARALLEL, "strip"))
    with pytest.raises(InputError, match=r"float32.*torch\.float64"):
        ct(torch.zeros(SIZE, SIZE, dtype=torch.float64))
    monkeypatch.setattr(products, "DOUBLE_LIMIT", 1000.0)
    with pytest.raises(InputError, match=r"about 0 MB.*limit"):
        bridge(projector)(torch.zeros(SIZE, SIZE, dtype=torch.float64))
    bridge(projector)(torch.zeros(SIZE, SIZE))


def test_threads_that_come_first_make_the_operation_of_pytorch_once(monkeypatch):
    """PyTorch refuses to have it registered twice, and the second run failed."""
    made, together = [], threading.Barrier(4)

    @cache
    def slow():
        made.append(1)
        time.sleep(0.05)
        return made

    monkeypatch.setattr(products, "_torch_product", slow)

    def first():
        together.wait(timeout=60)
        return products.torch_product()

    with ThreadPoolExecutor(4) as threads:
        for future in [threads.submit(first) for _ in range(4)]:
            future.result()
    assert len(made) == 1

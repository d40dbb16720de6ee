"""What the bridge refuses, what it does not copy or keep, and many threads at once."""

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
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.projection import products
from core.projection.autograd import bridge
from core.projection.projector import make_projector, reference_projector
from tests.helpers.bridged import OPERATORS, PARALLEL, SIZE, draw


@pytest.fixture(params=OPERATORS)
def operator(request):
    return OPERATORS[request.param]()


@pytest.fixture(scope="module")
def projector():
    return make_projector(SIZE, PARALLEL)


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

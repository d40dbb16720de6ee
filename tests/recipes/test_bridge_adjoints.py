"""What the checks of the lessons say of right and wrong adjoints, and gradients by hand."""

import numpy as np
import pylops
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.projection.projector import make_projector
from core.recipes.bridge import broken, by_hand, checks
from tests.helpers.astra_run import astra_run
from tests.helpers.bridge_scan import BEAM, SIZE


@pytest.fixture(scope="module")
def double(projector):
    return checks.in_double(projector.matrix(), projector.dims, projector.dimsd)


def test_dot_test_in_both_precisions(projector, double, dense):
    single, exact = checks.dot_test(projector, 1), checks.dot_test(double, 1)
    assert single.error < 1e-6
    assert exact.error < 1e-15
    random = np.random.default_rng(1)
    x, v = random.standard_normal(projector.dims), random.standard_normal(projector.dimsd)
    assert exact.left == pytest.approx(v.ravel() @ dense @ x.ravel(), rel=1e-10)


def test_who_passes_the_checks_of_pytorch(double):
    ours, pylops_own = checks.with_adjoint(double), pylops.TorchOperator(double).apply
    assert all(v.passed for v in checks.torch_checks(ours, double.dims, 0))
    once, again = checks.torch_checks(pylops_own, double.dims, 0)
    assert once.passed
    assert not again.passed
    assert checks.twice(ours, double.dims).passed
    refused = checks.twice(pylops_own, double.dims)
    assert not refused.passed
    assert "does not require grad" in refused.words


def test_finite_differences_draw_a_v(projector, double, ellipse):
    steps = np.array([1e-1, 1e-2, 1e-3, 1e-11])
    curve = checks.finite_differences(double, ellipse, steps, 0)
    # Truncation: the one-sided error falls with h, the central one with h².
    assert curve.one_sided[0] / curve.one_sided[1] == pytest.approx(10, rel=0.1)
    assert curve.central[0] / curve.central[1] == pytest.approx(100, rel=0.1)
    # Rounding: a far smaller step is worse again, and in float32 much earlier.
    assert curve.central[3] > 100 * curve.central[2]
    single = checks.finite_differences(projector, ellipse, np.array([1e-5]), 0)
    assert single.central[0] > 1e-3


@pytest.fixture(scope="module")
def pairs():
    beam = ParallelBeam(views=EvenViews(angles=41), detectors=32)
    G, other = make_projector(64, beam), make_projector(64, beam, "linear")
    adjoints = broken.adjoints(G, other, 4.0, beam.detector_width)
    return {name: broken.Pair(G, adjoint) for name, adjoint in adjoints.items()}


def test_only_the_adjoint_passes_the_dot_test(pairs):
    errors = {name: broken.dot_test(pair, 0) for name, pair in pairs.items()}
    assert errors.pop("the adjoint") < 1e-6
    assert min(errors.values()) > 1e-3


def test_only_the_adjoint_passes_gradcheck(projector, double):
    line = make_projector(SIZE, BEAM, "line")
    other = checks.in_double(line.matrix(), line.dims, line.dimsd)
    passed = {
        name: broken.gradient_check(broken.Pair(double, adjoint))
        for name, adjoint in broken.adjoints(double, other, 4.0, BEAM.detector_width).items()
    }
    assert [name for name, good in passed.items() if good] == ["the adjoint"]


def test_descent_with_each_adjoint(pairs):
    z, x = np.mgrid[-1:1:64j, -1:1:64j]
    truth = np.float32((x / 0.6) ** 2 + (z / 0.8) ** 2 < 1)
    G = pairs["the adjoint"].forward
    data = G.project(truth)
    runs = {
        name: list(broken.descend(pair, data, 0.99 / G.norm_squared, 150))
        for name, pair in pairs.items()
    }
    right = runs["the adjoint"]
    assert {name: broken.behaviour(run, right) for name, run in runs.items()} == {
        "the adjoint": "it agrees",
        "another projector's": "it is biased",
        "a missing factor": "it diverges",
        "angles reversed": "it diverges",
        "filtered back-projection": "it stalls",
    }
    assert len(runs["a missing factor"]) < 20
    assert all(np.isfinite(run[-1].image).all() for run in runs.values())

    # The right run is Landweber's iteration, here in NumPy.
    m = np.zeros((64, 64), np.float32)
    for _ in range(5):
        m -= 0.99 / G.norm_squared * G.back_project(G.project(m) - data)
    assert np.allclose(right[5].image, m, rtol=0, atol=1e-5)
    assert right[5].loss == pytest.approx(0.5 * np.sum((G.project(m) - data) ** 2.0), rel=1e-4)


def test_filtered_back_projection_is_astras():
    beam = ParallelBeam(views=EvenViews(angles=90), detectors=32)
    G = make_projector(64, beam)
    z, x = np.mgrid[-1:1:64j, -1:1:64j]
    data = G.project(np.float32(np.hypot(x, z) < 0.6))
    ours = broken.filtered_back_projection(G, beam.detector_width) @ data

    expected = astra_run("FBP", 64, beam, data)
    # ASTRA pads to another length, which lifts or lowers the whole image a little.
    inside = np.hypot(x, z) < 0.9
    difference = (ours - expected)[inside]
    assert np.sqrt(np.mean(difference**2)) < 0.02


@pytest.mark.parametrize("sizes", [(4, 5, 3, 2), (2, 2, 2, 1), (7, 3, 6, 5)])
@pytest.mark.parametrize("layer", [1, 2, 3])
def test_by_hand_is_autograd(sizes, layer):
    network = by_hand.draw_network(sizes, seed=3)
    chain_ = list(by_hand.factors(network, layer).values())
    expected = by_hand.by_autograd(network)[layer - 1]
    right = by_hand.multiply(chain_, "right")
    left = by_hand.multiply(chain_, "left")
    gradient, count = by_hand.backpropagate(network, layer)
    for result in (right.partial[-1], left.partial[-1], gradient):
        assert np.allclose(result.ravel(), expected.ravel(), rtol=0, atol=1e-14)
    assert count < sum(right.multiplications) <= sum(left.multiplications)


def test_factors_of_the_second_layer():
    network = by_hand.draw_network((4, 5, 3, 2), seed=0)
    chain_ = by_hand.factors(network, 2)
    assert list(chain_) == [
        "∂L/∂a⁽³⁾", "∂a⁽³⁾/∂z⁽³⁾", "∂z⁽³⁾/∂a⁽²⁾", "∂a⁽²⁾/∂z⁽²⁾", "∂z⁽²⁾/∂W⁽²⁾",
    ]  # fmt: skip
    first, second, *_, blocks = chain_.values()
    a = by_hand.forward(network)
    assert np.allclose(first @ second, a[3] - network.y)
    assert blocks.shape == (3, 15)
    for row in range(3):
        block = blocks[row].reshape(3, 5)
        assert np.array_equal(block[row], a[1])
        assert np.count_nonzero(block) == 5

    # Each factor against differences of the function that it belongs to.
    h = 1e-6
    for column in range(15):
        shifted = network.weights[1].copy()
        shifted.flat[column] += h
        difference = (shifted - network.weights[1]) @ a[1] / h
        assert np.allclose(difference, blocks[:, column], atol=1e-9)
    for column in range(2):
        shifted = a[3].copy()
        shifted[column] += h
        rise = by_hand.cross_entropy(shifted, network.y) - by_hand.cross_entropy(a[3], network.y)
        assert rise / h == pytest.approx(first[0, column], rel=1e-4)


def test_operation_counts():
    """Sizes 4, 5, 3, 2 by pencil: columns from the right, matrices from the left."""
    chain_ = list(by_hand.factors(by_hand.draw_network((4, 5, 3, 2), seed=0), 2).values())
    right, left = by_hand.multiply(chain_, "right"), by_hand.multiply(chain_, "left")
    assert right.multiplications == (2 * 2, 3 * 2, 3 * 3, 15 * 3)
    assert left.multiplications == (15 * 3 * 3, 15 * 3 * 2, 15 * 2 * 2, 15 * 2)
    assert [p.shape for p in right.partial] == [(2, 1), (2, 1), (3, 1), (3, 1), (15, 1)]

"""Each lesson on the bridge, held to dense matrices and to what PyTorch says itself."""

import inspect
import re
import runpy
from pathlib import Path

import astra
import numpy as np
import pylops
import pytest
import scipy.sparse
import torch

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.projection.autograd import bridge
from core.projection.projector import make_projector
from core.recipes.bridge import broken, by_hand, chain, checks, demo, jacobian, use

torch.set_num_threads(1)

SIZE = 16
BEAM = ParallelBeam(views=EvenViews(angles=9), detectors=12)
FOLDER = Path(chain.__file__).parent
LESSONS = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))


@pytest.fixture(scope="module")
def projector():
    return make_projector(SIZE, BEAM)


@pytest.fixture(scope="module")
def dense(projector):
    return projector.matrix().toarray().astype(np.float64)


@pytest.fixture(scope="module")
def double(projector):
    return checks.in_double(projector.matrix(), projector.dims, projector.dimsd)


@pytest.fixture(scope="module")
def ellipse():
    z, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    return np.float32((x / 0.6) ** 2 + (z / 0.8) ** 2 < 1)


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support")
@pytest.mark.parametrize("lesson", LESSONS)
def test_lessons_run_alone(lesson, capsys):
    runpy.run_path(str(FOLDER / f"{lesson}.py"), run_name="__main__")
    assert len(capsys.readouterr().out.splitlines()) >= 2


@pytest.mark.parametrize(
    ("lesson", "constants", "words"),
    [
        ("chain", {"OPERATOR": '"derivative"', "SIZE": "20"}, "gradients: 0.0e+00"),
        ("demo", {"OPERATOR": '"scan"', "V": '"a checkerboard"'}, "True"),
        ("broken", {"ADJOINT": '"a missing factor"', "SIZE": "32"}, "it diverges"),
        ("by_hand", {"LAYER": "1"}, "from autograd"),
        ("use", {"PROBLEM": '"photons"', "SIZE": "32"}, "40: objective"),
        ("use", {"PROBLEM": '"prior"', "ITERATIONS": "10", "SIZE": "32"}, "10: objective"),
    ],
)
def test_constants_on_top_are_what_a_lesson_is_run_with(lesson, constants, words, capsys, tmp_path):
    text = (FOLDER / f"{lesson}.py").read_text()
    for name, value in constants.items():
        text, found = re.subn(rf"^{name} = [^#\n]*", f"{name} = {value}", text, flags=re.MULTILINE)
        assert found == 1
    script = tmp_path / "lesson.py"
    script.write_text(text)
    runpy.run_path(str(script), run_name="__main__")
    assert words in capsys.readouterr().out


def test_the_rule_is_the_same_in_both_lessons_that_need_it():
    assert inspect.getsource(chain.WithAdjoint) == inspect.getsource(checks.WithAdjoint)
    assert inspect.getsource(chain.with_adjoint) == inspect.getsource(checks.with_adjoint)


def test_the_lesson_and_the_lab_build_the_same_bridge(projector):
    x = torch.randn(SIZE, SIZE, generator=torch.Generator().manual_seed(0)).requires_grad_()
    gradients = []
    for function in (chain.with_adjoint(projector), bridge(projector)):
        (once,) = torch.autograd.grad(function(x).exp().sum(), x, create_graph=True)
        gradients.append(torch.autograd.grad(once.square().sum(), x)[0])
    assert torch.allclose(*gradients, rtol=1e-5, atol=0)


# The chain


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


# The lecture's demo


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


# The Jacobian


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


# The checks


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


# Broken adjoints


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

    volume = astra.create_vol_geom(64, 64)
    rays = astra.create_proj_geom("parallel", 2.0, 32, beam.angles_rad)
    projector = astra.create_projector("strip", rays, volume)
    sinogram, image = astra.data2d.create("-sino", rays, data), astra.data2d.create("-vol", volume)
    options = {"ProjectorId": projector, "ProjectionDataId": sinogram, "FilterType": "Ram-Lak"}
    settings = {"type": "FBP", "ReconstructionDataId": image, **options}
    astra.algorithm.run(astra.algorithm.create(settings))
    # ASTRA pads to another length, which lifts or lowers the whole image a little.
    inside = np.hypot(x, z) < 0.9
    difference = (ours - astra.data2d.get(image))[inside]
    assert np.sqrt(np.mean(difference**2)) < 0.02


# Backpropagation by hand


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


# Optimisers


WEIGHTS = (0.5, 1.0, 2.0)


@pytest.fixture(scope="module")
def solution(projector, dense, ellipse):
    """The dense solution of the normal equations, its data and its objective."""
    data = projector.project(ellipse)
    alpha, beta, gamma = WEIGHTS
    step = np.diff(np.eye(SIZE), axis=0)
    across, down = np.kron(np.eye(SIZE), step), np.kron(step, np.eye(SIZE))
    normal = dense.T @ dense + 2 * alpha * np.eye(SIZE**2)
    normal += 2 * beta * across.T @ across + 2 * gamma * down.T @ down
    m = np.linalg.solve(normal, dense.T @ data.ravel())
    value = 0.5 * np.sum((dense @ m - data.ravel()) ** 2) + alpha * m @ m
    value += beta * np.sum((across @ m) ** 2) + gamma * np.sum((down @ m) ** 2)
    return data, m.reshape(SIZE, SIZE), value


def run(projector, data, optimiser, step=1.0, iterations=60):
    objective = use.penalised(pylops.TorchOperator(projector).apply, data, projector.dims, *WEIGHTS)
    curvature = projector.norm_squared + 2 * WEIGHTS[0] + 8 * WEIGHTS[1] + 8 * WEIGHTS[2]
    return list(use.descend(objective, projector.dims, optimiser, step, curvature, iterations))


# LSQR and L-BFGS end at the solution; the others are on their way, each at its own pace.
@pytest.mark.parametrize(
    ("optimiser", "iterations", "excess"),
    [("SGD", 300, 1e-3), ("momentum", 200, 1e-3), ("Adam", 300, 1e-2), ("L-BFGS", 60, 1e-6)],
)
def test_every_optimiser_nears_the_dense_solution(
    projector, solution, optimiser, iterations, excess
):
    data, expected, value = solution
    iterates = run(projector, data, optimiser, iterations=iterations)
    assert len(iterates) == iterations + 1
    assert not iterates[0].image.any()
    assert iterates[0].projections == 0
    assert iterates[0].objective == pytest.approx(0.5 * np.sum(data**2.0), rel=1e-5)
    assert iterates[-1].objective < (1 + excess) * value
    if optimiser == "L-BFGS":
        assert np.allclose(iterates[-1].image, expected, atol=1e-3)
    else:
        assert iterates[-1].projections == 2 * iterations


def test_lsqr_solves_the_same_problem(projector, solution):
    data, expected, value = solution
    iterates = list(use.lsqr(projector, data, *WEIGHTS, 40))
    assert len(iterates) == 41
    assert np.allclose(iterates[-1].image, expected, atol=1e-4)
    assert iterates[-1].objective == pytest.approx(value, rel=1e-4)
    assert iterates[0].image is not iterates[1].image
    assert not iterates[0].image.any()


def test_a_step_too_long_ends_the_run(projector, solution):
    iterates = run(projector, solution[0], "SGD", step=3.0)
    assert len(iterates) < 20
    assert iterates[-1].objective > 1e3 * iterates[0].objective


def test_power_iteration(projector, dense):
    largest = np.linalg.norm(dense, 2) ** 2
    assert use.largest_eigenvalue(projector) == pytest.approx(largest, rel=1e-3)


def test_photons_are_fitted(projector, ellipse):
    clean = projector.project(ellipse)
    scale = 2 / float(clean.max())
    predict = use.attenuated(projector, scale)
    photons = np.exp(-scale * clean)
    assert np.allclose(predict(torch.from_numpy(ellipse)).numpy(), photons, rtol=1e-5)
    objective = use.penalised(predict, photons, projector.dims, 0.0, 1e-6, 1e-6)
    iterates = list(use.descend(objective, projector.dims, "L-BFGS", 1.0, 1.0, 40))
    assert iterates[-1].objective < 1e-4 * iterates[0].objective
    fitted = np.exp(-scale * projector.project(iterates[-1].image))
    assert np.linalg.norm(fitted - photons) < 0.01 * np.linalg.norm(photons)


def test_deep_prior_learns_the_data(projector, ellipse):
    data = projector.project(ellipse)
    iterates = list(use.deep_prior(projector, data, channels=8, step=1.0, iterations=60))
    again = list(use.deep_prior(projector, data, channels=8, step=1.0, iterations=3))
    assert iterates[-1].objective < 0.05 * iterates[0].objective
    assert np.array_equal(again[3].image, iterates[3].image)
    last = projector.project(iterates[-1].image)
    assert iterates[-1].objective == pytest.approx(0.5 * np.sum((last - data) ** 2.0), rel=1e-3)

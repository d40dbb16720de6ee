from dataclasses import replace

import numpy as np
import pylops
import pyproximal
import pytest
from pyproximal.optimization import primal, primaldual
from scipy.sparse.linalg import lsqr

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.methods.admm import ADMM
from core.methods.douglas_rachford import DouglasRachford
from core.methods.fista import FISTA
from core.methods.linearised_admm import LinearisedADMM
from core.methods.pdhg import PDHG
from core.methods.priors import NAMES, InnerLoop, priors_for, refusal
from core.methods.priors.differences import Differences
from core.methods.priors.pointwise import L2
from core.methods.priors.total_variation import TV
from core.methods.proximal_gradient import ProximalGradient
from core.methods.support.data_fidelity import DataFidelity, balanced_tau, filtered
from core.methods.support.lsqr_update import StackedSystem
from core.methods.support.proximal import PROVED
from core.methods.support.reconstruction import reconstruct
from core.methods.support.splitting import (
    Blocks,
    Sharpened,
    SharpenedMisfit,
    sharpening_gain,
    stack,
)
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.problem.scan import Scan
from core.projection.projector import make_projector, reference_projector
from core.studies.solver_comparison import SOLVERS

SIZE = 32
BEAM = ParallelBeam(views=EvenViews(angles=12), detectors=24)


def relative(image, expected):
    return np.linalg.norm(image - expected) / np.linalg.norm(expected)


@pytest.fixture(scope="module")
def measurement():
    operator = make_projector(SIZE, BEAM)
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    truth = ((x**2 + y**2 < 0.7) * (1 - 0.5 * (np.abs(x) < 0.3))).astype(np.float32)
    clean = operator.project(truth)
    noise = 0.02 * clean.mean() * np.random.default_rng(0).standard_normal(clean.shape)
    data = (clean + noise).astype(np.float32)
    return SimulatedMeasurement(operator=operator, data=data, clean=clean, truth=truth)


@pytest.fixture(scope="module")
def dense(measurement):
    return measurement.operator.matrix().toarray().astype(np.float64)


def last(method, measurement):
    for step in method.iterate(measurement.operator, measurement.data):
        found = step
    return found.image


def objective(method, measurement, image):
    residual = measurement.operator.project(image) - measurement.data
    return sum(method.objective(measurement.operator, measurement.data, image, residual))


# One minimum


def solvers_of(prior, sigma):
    """Every solver that takes the prior, with iterations enough."""
    setting = {"prior": prior, "sigma": sigma}
    yield ADMM(**setting, iterations=200, inner_iterations=20, tau=1.0)
    yield ADMM(**setting, fast=True, iterations=120, inner_iterations=200)
    yield PDHG(**setting, iterations=2000)
    yield PDHG(**setting, iterations=1200, adaptive=True)
    yield PDHG(**setting, fast=True, iterations=1200)
    yield LinearisedADMM(**setting, iterations=2000)
    if prior in priors_for("whole"):
        yield FISTA(**setting, iterations=400, inner_iterations=60, inner_rule="fixed")
        yield DouglasRachford(**setting, iterations=120, inner_iterations=200)


@pytest.mark.parametrize("prior", ["tv", "huber_tv", "l2"])
def test_all_solvers_meet_at_one_objective(prior, measurement):
    values = {}
    for method in solvers_of(prior, 0.1):
        name = f"{method.name} {getattr(method, 'fast', '')} {getattr(method, 'adaptive', '')}"
        values[name] = objective(method, measurement, last(method, measurement))
    best = min(values.values())
    assert {n: v for n, v in values.items() if v > best * (1 + 1e-4)} == {}


@pytest.mark.parametrize("prior", ["wavelet_l1", "nuclear", "tv_anisotropic", "tv_nonnegative"])
def test_fast_solvers_meet_the_slow_ones(prior, measurement):
    setting = {"prior": prior, "sigma": 0.3}
    slow = FISTA(**setting, iterations=700, inner_iterations=60, inner_rule="fixed")
    fast = DouglasRachford(**setting, iterations=200, inner_iterations=200)
    values = [objective(m, measurement, last(m, measurement)) for m in (slow, fast)]
    assert values[1] == pytest.approx(values[0], rel=1e-3)


def test_the_minimum_of_a_square_prior_is_the_normal_equations(measurement, dense):
    expected = np.linalg.solve(
        dense.T @ dense + 0.5 * np.eye(SIZE**2), dense.T @ measurement.data.ravel().astype(float)
    )
    for method in solvers_of("l2", 0.5):
        assert relative(last(method, measurement).ravel(), expected) < 1e-3


def test_fast_needs_far_fewer_iterations(measurement):
    target = 1.001 * objective(
        TARGET := DouglasRachford(sigma=0.1, iterations=300, inner_iterations=200),
        measurement,
        last(TARGET, measurement),
    )

    def needed(method):
        for number, step in enumerate(method.iterate(measurement.operator, measurement.data)):
            if objective(method, measurement, step.image) < target:
                return number
        return np.inf

    assert needed(ADMM(sigma=0.1, iterations=100, fast=True)) < 0.3 * needed(
        ADMM(sigma=0.1, iterations=100)
    )
    assert needed(PDHG(sigma=0.1, iterations=1000, fast=True)) < 0.7 * needed(
        PDHG(sigma=0.1, iterations=1000)
    )


# PyProximal's own iterates


@pytest.fixture(scope="module")
def reference():
    return reference_projector(SIZE, BEAM)


def empty():
    return np.zeros(SIZE**2, np.float32)


@pytest.mark.parametrize("method", [ProximalGradient, FISTA])
def test_proximal_gradient_is_the_lectures(method, measurement, reference):
    made = method(iterations=25, sigma=0.05)
    accelerated = method is FISTA
    if accelerated:
        made = replace(made, restart=False)
    expected = primal.ProximalGradient(
        pyproximal.L2(Op=reference, b=measurement.data.ravel()),
        pyproximal.TV((SIZE, SIZE), sigma=0.05, niter=20),
        x0=empty(),
        tau=0.99 / measurement.operator.norm_squared,
        niter=25,
        acceleration="fista" if accelerated else None,
    )
    assert relative(last(made, measurement).ravel(), expected) < 5e-4


def test_admm_is_the_lectures(measurement, reference):
    made = ADMM(iterations=10)
    expected = primal.ADMML2(
        pyproximal.L21(ndim=2, sigma=made.sigma),
        reference,
        measurement.data.ravel(),
        pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype="float32"),
        x0=empty(),
        tau=made.tau,
        niter=10,
        iter_lim=made.inner_iterations,
    )[0]
    # The exact strips differ from ASTRA's by up to 4e-4 of the largest datum, and noisy data
    # that no image explains make the most of it.
    assert relative(last(made, measurement).ravel(), expected) < 2e-3
    on_same_operator = primal.ADMML2(
        pyproximal.L21(ndim=2, sigma=made.sigma),
        measurement.operator,
        measurement.data.ravel(),
        pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype="float32"),
        x0=empty(),
        tau=made.tau,
        niter=10,
        iter_lim=made.inner_iterations,
    )[0]
    assert relative(last(made, measurement).ravel(), on_same_operator) < 5e-5


def test_the_lectures_own_scan():
    scan = Scan()
    measurement = scan.simulate()
    reference = reference_projector(scan.size, scan.beam)
    data = (reference @ measurement.truth).ravel()
    start, shape = np.zeros(scan.size**2, np.float32), (scan.size, scan.size)
    gradient = primal.ProximalGradient(
        pyproximal.L2(Op=reference, b=data),
        pyproximal.TV(shape, sigma=0.01, niter=20),
        x0=start,
        tau=0.99 / measurement.operator.norm_squared,
        niter=10,
    )
    assert relative(last(ProximalGradient(iterations=10), measurement).ravel(), gradient) < 5e-4
    # Of 20 × 20: after all of them it is 4e-4.
    admm = primal.ADMML2(
        pyproximal.L21(ndim=2, sigma=0.01),
        reference,
        data,
        pylops.Gradient(shape, kind="forward", edge=False, dtype="float32"),
        x0=start,
        tau=0.99 / 8,
        niter=2,
        iter_lim=20,
    )[0]
    assert relative(last(ADMM(iterations=2), measurement).ravel(), admm) < 5e-4


def test_lsqr_with_blocks_apart_is_scipys(measurement, dense):
    random = np.random.default_rng(0)
    rows = Differences(SIZE)
    start = random.standard_normal(SIZE**2).astype(np.float32)
    target = random.standard_normal(2 * SIZE**2).astype(np.float32)
    system = StackedSystem(
        operator=measurement.operator, data=measurement.data, rows=rows, weight=3.0
    )
    stacked = np.vstack([dense, 3.0 * rows.todense()])
    right = np.concatenate([measurement.data.ravel(), 3.0 * target])
    # LSQR in float32 loses its orthogonality and then lags behind LSQR in float64, by an
    # iteration or so; before that they agree, and at the end.
    for iterations, tolerance in ((5, 1e-5), (30, 1e-5)):
        found, gradient = system.lsqr(start, target, iterations)
        exact = lsqr(stacked, right, x0=start.astype(float), iter_lim=iterations, atol=0, btol=0)
        assert relative(found, exact[0]) < tolerance
    assert gradient < 1e-5 * np.linalg.norm(stacked.T @ (stacked @ start - right))


@pytest.mark.parametrize("adaptive", [False, True])
def test_pdhg_is_pyproximals(adaptive, measurement):
    made = PDHG(iterations=30, sigma=0.3, adaptive=adaptive, ratio=0.3)
    G = measurement.operator
    A = pylops.VStack([G, pylops.Gradient((SIZE, SIZE), kind="forward", edge=False)])
    g = pyproximal.VStack(
        [pyproximal.L2(b=measurement.data.ravel()), pyproximal.L21(ndim=2, sigma=0.3)],
        nn=[measurement.data.size, 2 * SIZE**2],
    )
    product = 0.99 / (G.norm_squared + 8)
    solver = primaldual.AdaptivePrimalDual if adaptive else primaldual.PrimalDual
    expected = solver(
        pyproximal.Box(),
        g,
        A,
        x0=empty(),
        tau=float(np.sqrt(0.3 * product)),
        mu=float(np.sqrt(product / 0.3)),
        niter=30,
    )
    expected = expected[0] if adaptive else expected
    assert relative(last(made, measurement).ravel(), expected) < 1e-4


# The pieces


@pytest.mark.parametrize("tau", [0.02, 0.5, 5.0])
def test_the_misfits_prox_against_the_dense_one(tau, measurement, dense):
    v = np.random.default_rng(3).random(SIZE**2).astype(np.float32)
    expected = np.linalg.solve(
        np.eye(SIZE**2) + tau * dense.T @ dense, v + tau * dense.T @ measurement.data.ravel()
    )
    misfit = DataFidelity(measurement.operator, measurement.data, iterations=150)
    assert relative(misfit.prox(v, tau), expected) < 1e-4
    assert misfit.report()["data_residual"] < 1e-3
    few = DataFidelity(measurement.operator, measurement.data, iterations=4)
    # The same question again starts from the answer before.
    errors = [relative(few.prox(v, tau), expected) for _ in range(4)]
    assert errors[0] < 0.15
    assert errors[3] < 0.5 * errors[0]
    assert misfit(v) == pytest.approx(0.5 * np.sum((dense @ v - measurement.data.ravel()) ** 2))
    slope = dense.T @ (dense @ v - measurement.data.ravel())
    assert relative(misfit.grad(v), slope) < 1e-5


@pytest.mark.parametrize("tau", [0.5, 20.0])
def test_the_sharpened_misfit_against_the_dense_one(tau, measurement, dense):
    operator, data = measurement.operator, measurement.data
    gain = sharpening_gain(operator)
    SG = Sharpened(operator, gain).todense().astype(float)
    d = filtered(data, gain).ravel()
    misfit = DataFidelity(operator, data, iterations=100, gain=gain, norm_squared=1.0)
    v = np.random.default_rng(3).random(SIZE**2).astype(np.float32)
    residual = SG @ v - d
    assert misfit(v) == pytest.approx(0.5 * residual @ residual, rel=1e-4)
    assert relative(misfit.grad(v), SG.T @ residual) < 1e-4
    expected = np.linalg.solve(np.eye(SIZE**2) + tau * SG.T @ SG, v + tau * SG.T @ d)
    assert relative(misfit.prox(v, tau), expected) < 1e-4
    # The preconditioner knows S: four steps are not far, and the next prox starts from there.
    few = DataFidelity(operator, data, gain=gain, norm_squared=1.0)
    errors = [relative(few.prox(v, tau), expected) for _ in range(3)]
    assert errors[0] < 0.05
    assert errors[2] < 0.5 * errors[0]


def test_sharpening_saves_iterations(measurement, dense, monkeypatch):
    tau = 2.0
    v = np.random.default_rng(3).random(SIZE**2).astype(np.float32)
    clean = dense @ np.random.default_rng(4).random(SIZE**2)
    data = clean.reshape(measurement.data.shape).astype(np.float32)
    expected = np.linalg.solve(np.eye(SIZE**2) + tau * dense.T @ dense, v + tau * dense.T @ clean)
    with_it = relative(DataFidelity(measurement.operator, data).prox(v, tau), expected)
    monkeypatch.setattr(
        "core.methods.support.data_fidelity.sharpening", lambda operator, tau, sharper: np.copy
    )
    without = relative(DataFidelity(measurement.operator, data).prox(v, tau), expected)
    assert with_it < 0.5 * without


def test_the_balanced_stack_is_the_same_problem(measurement, dense):
    prior = TV(SIZE, 0.3, InnerLoop())
    image = np.random.default_rng(3).random(SIZE**2).astype(np.float32)
    misfit = 0.5 * np.sum((dense @ image - measurement.data.ravel()) ** 2)
    for balanced in (False, True):
        problem = stack(measurement.operator, measurement.data, prior.split(), balanced)
        value = problem.function(problem.operator.matvec(image))
        assert value == pytest.approx(misfit + prior(image), rel=1e-4)
        largest = np.linalg.norm(problem.operator.todense(), 2) ** 2
        assert 0.5 * problem.norm_squared < largest <= problem.norm_squared


def test_sharpening_takes_the_blur_out(measurement, dense):
    gain = sharpening_gain(measurement.operator)
    values = np.linalg.svd(Sharpened(measurement.operator, gain).todense(), compute_uv=False)
    blurred = np.linalg.svd(dense, compute_uv=False)
    middle = len(values) // 2
    assert 0.9 < values[0] <= 1
    assert values[middle] / values[0] > 1.5 * blurred[middle] / blurred[0]


@pytest.mark.parametrize("tau", [0.1, 3.0])
def test_functions_of_stacked_rows(tau, measurement):
    gain = sharpening_gain(measurement.operator)
    misfit = SharpenedMisfit(measurement.data, gain)
    z = np.random.default_rng(0).standard_normal(measurement.data.size).astype(np.float32)
    nearest = misfit.prox(z, tau)
    for direction in np.random.default_rng(1).standard_normal((5, z.size)).astype(np.float32):
        for scale in (0.01, 1.0):
            other = nearest + np.float32(scale) * direction
            best = misfit(nearest) + np.sum((nearest - z) ** 2) / (2 * tau)
            assert misfit(other) + np.sum((other - z) ** 2) / (2 * tau) > best
    blocks = Blocks([misfit, L2(1, 0.4)], [z.size, 7])
    whole = np.concatenate([z, np.ones(7, np.float32)])
    np.testing.assert_array_equal(blocks.prox(whole, tau)[: z.size], nearest)
    np.testing.assert_allclose(blocks.prox(whole, tau)[z.size :], 1 / (1 + 0.4 * tau))
    conjugate = whole - tau * blocks.prox(whole / np.float32(tau), 1 / tau)
    np.testing.assert_allclose(blocks.proxdual(whole, tau), conjugate, atol=2e-4)
    assert blocks(whole) == pytest.approx(misfit(z) + 0.2 * 7)


# Trouble


@pytest.mark.parametrize("method", SOLVERS, ids=lambda method: method.name)
@pytest.mark.parametrize("fast", [False, True])
def test_a_constraint_is_never_violated(method, fast, measurement):
    if fast and "fast" not in method.__dataclass_fields__:
        pytest.skip("no such setting")
    for prior, low, high in (("box", 0, 1), ("nonnegative", 0, np.inf), ("tv_nonnegative", 0, 9)):
        setting = {"fast": True} if fast else {}
        made = method(prior=prior, sigma=0.1, iterations=8, **setting)
        for step in made.iterate(measurement.operator, measurement.data):
            assert step.image.min() >= low
            assert step.image.max() <= high
        assert step.image.std() > 0.1


@pytest.mark.parametrize("method", SOLVERS, ids=lambda method: method.name)
def test_without_a_weight_it_is_least_squares_and_says_so(method, measurement):
    prior = "l21_gradient" if method is ADMM else "tv"
    made = method(prior=prior, sigma=0, iterations=100)
    assert "minimises the misfit alone" in made.remarks(measurement.operator)[0]
    assert not any("alone" in text for text in method().remarks(measurement.operator))
    assert not replace(made, prior="box").remarks(measurement.operator)
    reconstruction = reconstruct(made, measurement)
    assert reconstruction.history.last("regulariser") == 0
    assert reconstruction.history.last("residual") < 0.03


@pytest.mark.parametrize(
    "made",
    [
        ADMM(sigma=1e4, iterations=60, fast=True),
        DouglasRachford(sigma=1e4, iterations=60),
        PDHG(sigma=1e4, iterations=2000, fast=True),
    ],
    ids=lambda made: made.name,
)
def test_a_huge_weight_leaves_a_constant_image(made, measurement):
    image = last(made, measurement)
    assert image.std() < 1e-2 * image.mean()
    rays = measurement.operator.rows_sum
    mean = np.vdot(rays, measurement.data) / np.vdot(rays, rays)
    assert image.mean() == pytest.approx(mean, rel=1e-2)


@pytest.mark.parametrize(
    ("method", "certain", "sure_to_diverge"),
    [
        (ProximalGradient, 2.0, 2.3),
        (FISTA, 1.0, 2.3),
        (PDHG, PROVED, 3.0),
        (LinearisedADMM, PROVED, 3.0),
    ],
)
def test_steps_beyond_the_bound(method, certain, sure_to_diverge, measurement):
    assert method(step=certain).caution() == ""
    assert "beyond" in method(step=1.01 * certain).caution()
    assert method().remarks(measurement.operator) == ()
    made = method(step=sure_to_diverge, iterations=300)
    assert made.remarks(measurement.operator) == (made.caution(),)
    reconstruction = reconstruct(made, measurement)
    assert reconstruction.stop == "diverged"
    assert np.isfinite(reconstruction.image).all()


def test_between_its_bounds_fista_is_not_guaranteed_only():
    assert "not guaranteed" in FISTA(step=1.2).caution()
    assert "diverges" in FISTA(step=1.4).caution()


def test_pairs_that_make_no_sense_are_refused_with_the_reason():
    refused = {(m.name, p) for m in SOLVERS for p in NAMES if refusal(m.prior_form, p)}
    whole = {"proximal_gradient", "fista", "douglas_rachford"}
    assert {solver.name for solver in SOLVERS if solver.prior_form == "whole"} == whole
    assert refused == {(solver, "l21_gradient") for solver in whole}
    with pytest.raises(InputError, match=r"fista cannot use l21_gradient\. .*Choose tv"):
        FISTA(prior="l21_gradient")
    with pytest.raises(InputError, match="Prior must be one of tv, l21_gradient"):
        PDHG(prior="beauty")
    assert {ProximalGradient, FISTA, ADMM, LinearisedADMM, PDHG, DouglasRachford} <= set(SOLVERS)


def test_wavelets_that_pad_say_so(measurement):
    operator = make_projector(33, BEAM)
    (remark,) = ProximalGradient(prior="wavelet_l1").remarks(operator)
    assert "33 pixels do not divide by 4: the image is padded with zeros to 36" in remark
    assert ProximalGradient(prior="wavelet_l1").remarks(measurement.operator) == ()


def test_unfinished_inner_loops_are_in_the_history(measurement):
    made = ProximalGradient(sigma=100, iterations=3, inner_iterations=2)
    history = reconstruct(made, measurement).history
    assert history.last("inner_iterations") == 2
    assert history.last("inner_gap") > 0.01
    more = replace(made, inner_iterations=300, inner_rule="fixed")
    assert reconstruct(more, measurement).history.last("inner_gap") < 0.01
    history = reconstruct(ADMM(iterations=3, inner_iterations=1), measurement).history
    converged = reconstruct(ADMM(iterations=3, inner_iterations=60), measurement).history
    assert converged.last("inner_residual") < 0.1 * history.last("inner_residual")
    history = reconstruct(DouglasRachford(iterations=3), measurement).history
    assert {"data_residual", "inner_iterations", "inner_gap"} <= set(history.names)


def test_empty_data_give_an_empty_image(measurement):
    empty = replace(measurement, data=0 * measurement.data, clean=None, truth=None)
    for method in SOLVERS:
        assert not last(method(iterations=3), empty).any()
    assert balanced_tau(empty.operator, empty.data, 0.1) > 0


@pytest.mark.parametrize(
    "beam",
    [
        ParallelBeam(views=EvenViews(angles=1), detectors=24),
        ParallelBeam(detectors=8),
        FanBeam(detectors=40, source_origin=100, origin_detector=50),
    ],
    ids=["one view", "truncated", "fan"],
)
def test_any_beam(beam):
    operator = make_projector(SIZE, beam)
    data = operator.project(np.ones((SIZE, SIZE), np.float32))
    for method in SOLVERS:
        image = last(method(iterations=30), Measurement(operator=operator, data=data))
        residual = operator.project(image) - data
        assert np.linalg.norm(residual) < 0.2 * np.linalg.norm(data)

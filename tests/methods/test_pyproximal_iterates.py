"""The iterates of the proximal methods are those of PyProximal, and of SciPy's LSQR."""

from dataclasses import replace

import numpy as np
import pylops
import pyproximal
import pytest
from pyproximal.optimization import primal, primaldual
from scipy.sparse.linalg import lsqr

from core.methods.admm import ADMM
from core.methods.fista import FISTA
from core.methods.pdhg import PDHG
from core.methods.priors.differences import Differences
from core.methods.proximal_gradient import ProximalGradient
from core.methods.support.lsqr_update import StackedSystem
from core.problem.scan import Scan
from core.projection.projector import reference_projector
from tests.helpers.solved import BEAM, SIZE, empty, last, relative


@pytest.fixture(scope="module")
def reference():
    return reference_projector(SIZE, BEAM)


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

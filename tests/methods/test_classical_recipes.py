"""The classical recipes with every switch thrown, and on the lecture's scan itself."""

import numpy as np
import pytest

from core.geometry.beams import FanBeam
from core.geometry.views import EvenViews
from core.methods.cgls import CGLS
from core.methods.gradient_descent import GradientDescent
from core.methods.landweber import Landweber
from core.methods.lsqr import LSQR
from core.methods.minibatch_gradient_descent import MinibatchGradientDescent
from core.methods.preconditioned_least_squares import PreconditionedLeastSquares
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.robust_least_squares import RobustLeastSquares
from core.methods.sart import SART
from core.methods.sirt import SIRT
from core.methods.smooth_least_squares import SmoothLeastSquares
from core.methods.support.reconstruction import reconstruct
from core.methods.transmission import Transmission
from core.problem.metrics import snr
from core.problem.scan import Scan
from core.studies.export import recipe
from tests.helpers.recipe_runner import GAUSSIAN, PARALLEL, assert_same_reconstruction, executed

SWITCHED = [
    RegularisedLeastSquares(regulariser="gradient", epsilon=20.0, iterations=5),
    RegularisedLeastSquares(regulariser="identity", epsilon=20.0, iterations=5),
    RobustLeastSquares(misfit="l1", regulariser="gradient", iterations=4, inner_iterations=4),
    RobustLeastSquares(misfit="huber", weights="photons", epsilon=20.0, iterations=4),
    SmoothLeastSquares(alpha=5.0, beta=500.0, gamma=0.01, iterations=5),
    PreconditionedLeastSquares(radius=3, iterations=5),
    LSQR(damping=30.0, iterations=5),
    GradientDescent(step=1.8, nonnegative=True, iterations=12),
    GradientDescent(rule="line_search", iterations=6),
    GradientDescent(rule="line_search", nonnegative=True, iterations=6),
    GradientDescent(rule="nesterov", nonnegative=True, iterations=12),
    MinibatchGradientDescent(order="spread", batch=5, decay=0.3, nonnegative=True, iterations=4),
    MinibatchGradientDescent(order="sequential", batch=18, rate=0.5, iterations=4),
    Landweber(relaxation=1.0, nonnegative=True, iterations=12),
    SIRT(relaxation=1.7, nonnegative=True, iterations=12),
    SART(order="shuffled", seed=5, nonnegative=True, iterations=3),
    SART(order="sequential", batch=6, relaxation=1.2, iterations=3),
    Transmission(likelihood="least_squares", attenuation=2.0, iterations=6),
    Transmission(nonnegative=True, iterations=6),
]


@pytest.mark.parametrize("method", SWITCHED, ids=lambda m: m.name)
def test_every_switch_of_a_recipe_does_what_the_methods_does(method, tmp_path):
    scan = Scan(size=64, beam=PARALLEL, noise=GAUSSIAN)
    assert_same_reconstruction(scan, method, tmp_path)


@pytest.mark.parametrize("method", [SIRT(iterations=5), SART(iterations=2)], ids=lambda m: m.name)
def test_a_fan_beam_that_leaves_pixels_unseen(method, tmp_path):
    beam = FanBeam(
        views=EvenViews(angles=12, arc=360.0),
        detectors=30,
        source_origin=128.0,
        origin_detector=64.0,
    )
    scan = Scan(size=64, beam=beam, noise=GAUSSIAN)
    assert_same_reconstruction(scan, method, tmp_path)


@pytest.mark.parametrize("method", [CGLS(), SART(iterations=3)], ids=lambda m: m.name)
def test_the_lectures_scan(method, tmp_path):
    assert_same_reconstruction(Scan(), method, tmp_path)


def test_the_lectures_least_squares(tmp_path):
    """Fifty iterations of LSQR, as far as finite precision defines them.

    Once LSQR has found the largest singular values, round-off decides in which iteration it
    finds copies of them (C. C. Paige, 1976). On one and the same ASTRA operator and in float64,
    SciPy's LSQR and PyLops' CGLS, equal in exact arithmetic, differ by 7e-4 after 50 iterations,
    which is what one iteration moves the image by there. Five iterations agree to 5e-4.
    """
    scan, method = Scan(), RegularisedLeastSquares()
    theirs = executed(recipe(scan, method), tmp_path)["reconstruction"]
    result = reconstruct(method, scan.simulate())
    difference = np.linalg.norm(result.image - theirs) / np.linalg.norm(theirs)
    assert difference < 1.5e-3
    assert result.history.last("snr") == pytest.approx(snr(theirs, scan.image.read(320)), abs=0.05)

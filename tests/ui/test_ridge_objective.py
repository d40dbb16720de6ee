"""The objective of the convex ridge regulariser on its page: it never rises."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import make_interp_spline
from scipy.ndimage import correlate

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.support.history import COLUMNS, History
from core.methods.support.reconstruction import reconstruct
from core.methods.support.ridge import trained_ridge
from core.networks import weights
from core.networks.architectures.convex_ridge import KNOTS, REACH
from core.number_format import count
from core.problem.images import SheppLogan
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.ui.learned import ridge, ridge_objective

SCAN = Scan(
    image=SheppLogan(),
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=16), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.02),
)
RIDGES, TOTAL_VARIATION = ridge_objective.SOLVERS.values()


def history(objective):
    table = np.full((len(COLUMNS), len(objective)), np.nan)
    table[COLUMNS.index("iteration")] = np.arange(len(objective))
    table[COLUMNS.index("objective")] = objective
    return History(names=COLUMNS, table=table)


@pytest.fixture(scope="module")
def measurement():
    return SCAN.simulate()


def misfit(measurement, image):
    """½‖Gm − d‖² by the dense matrix of G in double precision."""
    G = measurement.operator.matrix().toarray().astype(float)
    return np.sum((G @ image.ravel().astype(float) - measurement.data.ravel()) ** 2) / 2


def ridges(image):
    """R(m) by SciPy: correlations with zeros beyond the border, and integrals of splines."""
    network, total = trained_ridge().network, 0.0
    knots = np.linspace(0, REACH, KNOTS + 1)
    filters, slopes = network.filters.detach().double(), network.slopes.detach().double()
    for (kernel,), bends in zip(filters.numpy(), slopes.numpy(), strict=True):
        derivative = make_interp_spline(
            knots, np.concatenate([[0], np.cumsum(bends * REACH / KNOTS)]), k=1
        )
        t = np.abs(correlate(image.astype(float), kernel, mode="constant"))
        within, beyond = np.minimum(t, REACH), np.maximum(t - REACH, 0)
        total += np.sum(derivative.antiderivative()(within) + derivative(REACH) * beyond)
    return total


def total_variation(image):
    """The sum of |∇m| over forward differences, none beyond the border."""
    rows, columns = np.zeros((2, *image.shape))
    rows[:-1], columns[:, :-1] = np.diff(image, axis=0), np.diff(image, axis=1)
    return np.sum(np.hypot(rows, columns))


# The third weight is one at which FISTA, without the test of J, raises J again and again.
@pytest.mark.parametrize("sigma", [1.0, RIDGES.sigma, 3e4])
def test_j_of_the_convex_ridges_never_rises(measurement, sigma):
    method = replace(RIDGES, sigma=sigma)
    images = [step.image for step in method.iterate(measurement.operator, measurement.data)]
    objective = np.array([misfit(measurement, m) + sigma * ridges(m) for m in images])
    assert len(objective) == ridge_objective.ITERATIONS + 1
    assert objective[-1] < objective[0] / 2
    assert ridge_objective.rises(objective) == 0
    # What the page draws is the same J, to a thousandth of the least that is left of it.
    found = reconstruct(method, measurement).history
    (drawn,) = ridge_objective.objective_series([found])
    np.testing.assert_allclose(drawn.y, objective / objective[0], rtol=1e-3)
    assert ridge_objective.rises(found["objective"]) == 0


def test_the_other_curve_is_that_of_total_variation(measurement):
    images = TOTAL_VARIATION.iterate(measurement.operator, measurement.data)
    objective = np.array(
        [
            misfit(measurement, m) + TOTAL_VARIATION.sigma * total_variation(m)
            for m in (step.image for step in images)
        ]
    )
    found = reconstruct(TOTAL_VARIATION, measurement).history
    _, drawn = ridge_objective.objective_series([found, found])
    np.testing.assert_allclose(drawn.y, objective / objective[0], rtol=1e-3)


def test_both_curves_begin_with_half_the_square_of_the_data(measurement):
    runs = ridge_objective.courses(SCAN).compute(lambda *args, **kwargs: False)
    for run in runs:
        expected = np.sum(measurement.data.astype(float) ** 2) / 2
        assert run.history["objective"][0] == pytest.approx(expected, rel=1e-5)
    assert [series.y[0] for series in ridge_objective.objective_series([r.history for r in runs])]


def test_a_step_counts_as_a_rise_only_beyond_rounding():
    fell = np.array([1e6, 1e3, 1.0, 1.0 + 1e-4, 0.9])  # 1e-6 · √(1 · 1e6) is a thousandth
    assert ridge_objective.rises(fell) == 0
    assert ridge_objective.rises(np.array([1e6, 1e3, 1.0, 1.01, 1.02])) == 2
    words = ridge_objective.verdict([history(fell), history(fell[::-1])])
    assert words.endswith(": **Convex ridges, MFISTA** 0 of 4, **Total variation, FISTA** 3 of 4.")


def test_data_of_zeros_bring_a_sentence_and_no_curve(monkeypatch):
    said = []
    monkeypatch.setattr(ridge_objective.st, "info", said.append)
    monkeypatch.setattr(ridge_objective, "curves", lambda *_, **__: pytest.fail("drawn"))
    ridge_objective.draw([history(np.zeros(3))] * 2)
    assert said == ["The data are zero: J is 0 from the start, and there is nothing to draw."]


def test_the_page_counts_the_weights_of_filters_and_potentials():
    network = trained_ridge().network
    tensors = dict(network.named_parameters())
    weight = tensors.pop("raw_weight")  # of the denoiser of its training, no part of R
    assert weight.numel() == 1
    words, number = ridge.size_sentence(), sum(one.numel() for one in tensors.values())
    assert f"are {count(number)} weights" in words
    assert number == 32 * 7 * 7 + 32 * KNOTS
    assert words.startswith("32 filters of 7 × 7 pixels")
    unet = weights.load("unet").network
    assert sum(one.numel() for one in unet.parameters()) > 1e6
    assert "the U-Net of this page has more than a million" in words

"""The curves of a workbench, and what is said of an iterate that moves away from the truth."""

from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.methods.landweber import Landweber
from core.methods.learned_primal import LearnedPrimal
from core.methods.lsqr import LSQR
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.sirt import SIRT
from core.methods.support.history import COLUMNS, History
from core.methods.support.reconstruction import reconstruct
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.ui.workbench.convergence import _line, noise_share, past_best
from core.ui.workbench.displayed_result import Entry
from tests.helpers.entries import entry


def walked(snr, residual, method=SIRT, **more) -> Entry:
    table = np.full((len(COLUMNS), len(snr)), np.nan)
    columns = {"iteration": range(len(snr)), "snr": snr, "residual": residual, **more}
    for name, values in columns.items():
        table[COLUMNS.index(name)] = list(values)
    return replace(entry("A", method=method), history=History(names=COLUMNS, table=table))


def test_semi_convergence_is_told_from_other_ways_to_move_away_from_the_truth():
    lost, fell, grew = [1, 9, 8, 6], [1, 0.5, 0.3, 0.2], [1, 0.5, 0.7, 0.9]
    semi = past_best(walked(lost, fell), noise=0.25)
    assert "closest to the truth at iteration 1 (9.0 dB) and has lost 3.0 dB since" in semi
    assert "fell to 20.00% of the data, and the noise is 25.00% of the data" in semi
    assert "semi-convergence" in semi
    assert "regulariser" not in semi
    assert "its residual grew as well" in past_best(walked(lost, grew), noise=0.25)
    staged = past_best(walked(lost, fell, LearnedPrimal), noise=0.25)
    assert "at stage 1" in staged
    assert "semi-convergence" not in staged
    assert past_best(walked([1, 5, 8, 9], fell), noise=0.25) == ""
    # Where the last iterates were not scored, the last score counts.
    assert "has lost 1.0 dB" in past_best(walked([1, 9, 8, np.nan], fell), noise=0.25)


def test_what_does_not_fit_the_noise_is_no_semi_convergence():
    lost, fell = [1, 9, 8, 6], [1, 0.5, 0.3, 0.2]
    for noise in (0.0, 0.19):
        sentence = past_best(walked(lost, fell), noise)
        assert sentence.endswith("has lost 3.0 dB since, though its residual fell.")
    weighted = walked(lost, fell, regulariser=[0, 1, 2, 3], objective=[9, 8, 7, 6])
    assert "*bias* of the regulariser" in past_best(weighted, noise=0.0)
    assert "semi-convergence" not in past_best(weighted, noise=0.19)
    assert "regulariser is too weak" in past_best(weighted, noise=0.25)
    rising = walked(lost, fell, regulariser=[0, 1, 2, 3], objective=[9, 6, 7, 8])
    assert "bias" not in past_best(rising, noise=0.0)
    assert past_best(walked([1, 9, 8.6], fell[:3]), noise=1.0) == ""  # a loss that nobody sees


SMALL = Scan(
    size=64, beam=ParallelBeam(views=EvenViews(angles=16), detectors=48, detector_width=1.5)
)
NOISY = replace(SMALL, noise=GaussianNoise(level=0.05))


def solved(method, scan) -> tuple[Entry, float]:
    found = scan.simulate()
    result = reconstruct(method, found)
    done = replace(
        entry("A", method=type(method)), method=method, history=result.history, stop=result.stop
    )
    return done, noise_share(found)


@pytest.mark.parametrize("method", [LSQR(iterations=60), Landweber(iterations=500)])
def test_semi_convergence_is_announced_where_noise_is_the_cause(method):
    noisy, share = solved(method, NOISY)
    assert "semi-convergence" in past_best(noisy, share)
    data = NOISY.simulate()
    noise = np.linalg.norm(data.data - data.clean) / np.linalg.norm(data.data)
    assert share == pytest.approx(noise, rel=1e-4)
    assert noisy.history.last("residual") < noise
    # The proof that noise is the cause: from clean data the same iterates only come nearer.
    clean, nothing = solved(method, SMALL)
    assert nothing == 0
    assert np.nanargmax(clean.history["snr"]) > 0.9 * len(clean.history)
    assert past_best(clean, nothing) == ""


def test_a_loss_without_noise_is_put_down_to_the_regulariser():
    heavy, share = solved(RegularisedLeastSquares(epsilon=3.0), SMALL)
    sentence = past_best(heavy, share)
    assert "*bias* of the regulariser" in sentence
    assert "semi-convergence" not in sentence
    # The proof that the weight is the cause: with hardly any, nothing is lost.
    light, share = solved(RegularisedLeastSquares(epsilon=0.01), SMALL)
    assert past_best(light, share) == ""


def test_a_direct_method_is_a_level_line_as_far_as_the_others_go():
    fbp = replace(entry("B", method=FBP, snr=15.0), differs="Hann")
    line = _line(fbp, "snr", "iteration", True, "highest", 40.0)
    assert line.name == "B · Filtered back-projection: Hann"
    assert fbp.short_title == "B · Hann"
    np.testing.assert_array_equal(line.x, [1, 40])
    np.testing.assert_array_equal(line.y, [15, 15])
    assert line.best is None
    many = _line(walked([1, 9, 8], [1, 0.5, 0.3]), "snr", "iteration", False, "highest", 40.0)
    np.testing.assert_array_equal(many.y, [1, 9, 8])
    assert many.best == "highest"

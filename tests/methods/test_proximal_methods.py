"""What proximal methods do with constraints, extreme weights, long steps and odd scans."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.methods.admm import ADMM
from core.methods.douglas_rachford import DouglasRachford
from core.methods.fista import FISTA
from core.methods.linearised_admm import LinearisedADMM
from core.methods.pdhg import PDHG
from core.methods.priors import NAMES, refusal
from core.methods.proximal_gradient import ProximalGradient
from core.methods.support.data_fidelity import balanced_tau
from core.methods.support.proximal import PROVED
from core.methods.support.reconstruction import reconstruct
from core.problem.measurement import Measurement
from core.projection.projector import make_projector
from core.studies.solver_comparison import SOLVERS
from tests.helpers.solved import BEAM, SIZE, last


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

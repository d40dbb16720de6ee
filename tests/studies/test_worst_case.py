"""Worst-case noise: against singular values, another solver of total variation, and differences."""

from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
import torch

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.methods.admm import ADMM
from core.methods.cgls import CGLS
from core.methods.convex_ridge import ConvexRidgeMethod
from core.methods.fbp import FBP
from core.methods.plug_and_play import PlugAndPlay
from core.methods.priors.differences import Differences
from core.methods.red import RED
from core.methods.support.ridge import trained_ridge
from core.methods.support.trained import trained_inversion
from core.networks.architectures.physics import Physics
from core.networks.unrolled_tv import differences, differences_adjoint
from core.networks.worst_noise import worst_noise
from core.problem.images import SheppLogan
from core.problem.scan import Scan
from core.studies.attack import Attacked, attack, noise_of
from core.studies.available_methods import TUNED_TV, available_methods
from core.studies.codec import decode, encode
from core.studies.differentiable import differentiable, has_gradient
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.solving import EndedError, last_image
from core.studies.worst_case import WorstCase

SCAN = Scan(
    image=SheppLogan(),
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=16), detectors=32, detector_width=2),
)
PLAIN_FBP = EvaluatedMethod(method=FBP())
UNET = next(one for one in available_methods()[0] if one.name == "unet")


@pytest.fixture(scope="module")
def measurement():
    return SCAN.simulate()


def after(search, steps):
    *_, last = islice(search, steps + 1)
    return last


def test_for_a_linear_method_the_worst_noise_is_the_first_singular_vector(measurement):
    physics = Physics(measurement.operator)
    rays = measurement.data.size
    unit = torch.eye(rays).reshape(rays, 1, *measurement.data.shape)
    matrix = physics.fbp(unit).reshape(rays, -1).T.numpy()
    _, values, vectors = np.linalg.svd(matrix, full_matrices=False)
    data = torch.from_numpy(measurement.data.copy())[None, None]
    start = 0.3 * torch.randn(data.shape, generator=torch.Generator().manual_seed(1))
    noise, change = after(worst_noise(physics.fbp, data, start), 60)
    assert float(noise.norm()) == pytest.approx(float(start.norm()), rel=1e-5)
    # Float32, and the next singular values lie near: the largest is approached from below.
    assert change / float(start.norm()) == pytest.approx(float(values[0]), rel=5e-3)
    assert change / float(start.norm()) <= float(values[0]) * (1 + 1e-4)
    near = values > 0.97 * values[0]
    inside = vectors[near] @ (noise.numpy().ravel() / float(noise.norm()))
    assert np.linalg.norm(inside) > 0.97


def test_the_search_never_falls_and_keeps_the_norm_of_its_start(measurement):
    network = differentiable(UNET.method, measurement.operator, measurement.clean)
    data = torch.from_numpy(measurement.clean.copy())[None, None]
    start = torch.from_numpy(noise_of(measurement.clean, 0.02, 3))[None, None]
    found = list(islice(worst_noise(network, data, start), 8))
    changes = [change for _, change in found]
    assert changes == sorted(changes)
    assert changes[-1] > 2 * changes[0]
    for noise, _ in found:
        assert float(noise.norm()) == pytest.approx(float(start.norm()), rel=1e-4)
    noise, change = found[-1]
    with torch.no_grad():
        moved = float((network(data + noise) - network(data)).norm())
    assert moved == pytest.approx(change, rel=1e-3)


def test_unrolled_total_variation_is_that_of_the_other_solver(measurement):
    method = replace(TUNED_TV.method, sigma=2.0)
    # The chain begins at the minimum for other data, and ends at the one for these.
    near = (measurement.clean + noise_of(measurement.clean, 0.01, 0)).astype(np.float32)
    chain = differentiable(method, measurement.operator, measurement.clean)
    with torch.no_grad():
        image = chain(torch.from_numpy(near)[None, None])[0, 0].numpy()
    exact = last_image(
        ADMM(prior="tv_nonnegative", sigma=2.0, iterations=200, inner_iterations=100, fast=True),
        replace(measurement, data=near),
    )
    other = last_image(method, measurement)
    error = np.linalg.norm(image - exact)
    assert error < 0.01 * np.linalg.norm(exact)
    # Most of the change is followed: what is left shrinks with more steps.
    assert error < 0.3 * np.linalg.norm(exact - other)


def test_the_gradient_through_total_variation_is_that_of_small_differences(measurement):
    chain = differentiable(
        replace(TUNED_TV.method, sigma=2.0), measurement.operator, measurement.clean
    )
    data = torch.from_numpy(measurement.clean + noise_of(measurement.clean, 0.02, 1))[None, None]
    weights = torch.randn(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    (gradient,) = torch.autograd.grad((weights * chain(data.requires_grad_())).sum(), data)
    with torch.no_grad():
        step = 1e-3 * data.norm() * gradient / gradient.norm()
        change = (weights * (chain(data + step) - chain(data - step))).sum() / 2
    assert float(change) == pytest.approx(float((gradient * step).sum()), rel=0.05)


CHAINS = {
    "red": RED(iterations=12),
    "red, as measured": RED(iterations=12, sharpen=False),
    "admm": PlugAndPlay(iterations=6),
    "proximal gradient": PlugAndPlay(solver="proximal_gradient", iterations=8),
    "convex ridges": ConvexRidgeMethod(sigma=20.0, iterations=15),
}


@pytest.mark.parametrize("method", CHAINS.values(), ids=CHAINS.keys())
def test_steps_in_pytorch_are_those_of_the_method(measurement, method):
    near = (measurement.clean + noise_of(measurement.clean, 0.01, 0)).astype(np.float32)
    chain = differentiable(method, measurement.operator, measurement.clean)
    given = torch.from_numpy(near)[None, None]
    own = last_image(method, replace(measurement, data=near))
    for data in (given, given.requires_grad_()):
        found = chain(data).detach()[0, 0].numpy()
        assert np.linalg.norm(found - own) < 1e-4 * np.linalg.norm(own)


@pytest.mark.parametrize("method", CHAINS.values(), ids=CHAINS.keys())
def test_the_gradient_through_the_steps_is_that_of_small_differences(measurement, method):
    """Along the gradient, and along a random direction, which it must weigh as rightly."""
    chain = differentiable(method, measurement.operator, measurement.clean)
    random = torch.Generator().manual_seed(0)
    data = torch.from_numpy(measurement.clean + noise_of(measurement.clean, 0.02, 1))[None, None]
    weights = torch.randn(1, 1, 64, 64, generator=random)
    (gradient,) = torch.autograd.grad((weights * chain(data.requires_grad_())).sum(), data)
    other = gradient / gradient.norm() + torch.randn(data.shape, generator=random) / data.numel()
    for direction in (gradient, other):
        step = 1e-3 * data.detach().norm() * direction / direction.norm()
        with torch.no_grad():
            change = (weights * (chain(data + step) - chain(data - step))).sum() / 2
        assert float(change) == pytest.approx(float((gradient * step).sum()), rel=0.05)


def test_the_curvature_of_the_convex_ridges_is_the_jacobian_of_their_slope():
    ridge = trained_ridge()
    random = np.random.default_rng(0)
    image, other, direction = random.random((3, 24, 24), np.float32)
    found = ridge.curvature(0.2 * image, direction)
    network, x = ridge.network, torch.from_numpy(0.2 * image)[None, None]
    _, exact = torch.autograd.functional.jvp(
        lambda m: network.gradient(m), x, torch.from_numpy(direction)[None, None]
    )
    np.testing.assert_allclose(found, exact[0, 0].numpy(), atol=1e-5)
    # A Hessian is symmetric.
    across = np.vdot(other, found)
    assert across == pytest.approx(
        np.vdot(ridge.curvature(0.2 * image, other), direction), rel=1e-4
    )


def test_the_differences_are_those_of_the_prior():
    image = torch.randn(9, 9, generator=torch.Generator().manual_seed(0))
    field = torch.randn(2, 9, 9, generator=torch.Generator().manual_seed(1))
    K = Differences(9)
    np.testing.assert_allclose(differences(image).ravel(), K @ image.numpy().ravel(), atol=1e-6)
    back = K.T @ field.numpy().ravel()
    np.testing.assert_allclose(differences_adjoint(field).ravel(), back, atol=1e-6)


def test_an_attack_measures_the_method_itself(measurement):
    found = attack(UNET, measurement, level=0.01, steps=3, seed=5)
    noise = noise_of(measurement.clean, 0.01, 5)
    assert np.linalg.norm(found.noise) == pytest.approx(np.linalg.norm(noise), rel=1e-4)
    assert found.worst > found.random > 0
    for added, image in zip((0, noise, found.noise), found.images, strict=True):
        data = (measurement.clean + added).astype(np.float32)
        own = last_image(UNET.method, replace(measurement, data=data))
        np.testing.assert_allclose(image, own, atol=1e-5)
    truth, clean = (float(np.linalg.norm(x)) for x in (measurement.truth, measurement.clean))
    moved = float(np.linalg.norm(found.images[2] - found.images[0]))
    assert found.worst == pytest.approx(moved / truth / (np.linalg.norm(noise) / clean), rel=1e-3)
    # The network in PyTorch is the method: the search has seen what is measured.
    assert found.course[-1] == pytest.approx(found.worst, rel=1e-3)
    assert len(found.course) == 4


def test_the_fbp_of_the_search_is_nearly_that_of_the_method(measurement):
    found = attack(PLAIN_FBP, measurement, level=0.01, steps=2, seed=0)
    assert found.course[-1] == pytest.approx(found.worst, rel=0.1)


def test_a_study_searches_for_each_method_and_can_be_stopped():
    study = WorstCase(scan=SCAN, candidates=(PLAIN_FBP, UNET), level=0.02, steps=2)
    seen = []

    def report(step, steps, *, part="", parts=(), image=None, history=None):
        seen.append((step, steps, part))
        return False

    result = study.compute(report)
    assert study.complete(result)
    assert [one.name for one in result] == ["fbp", "unet"]
    assert seen[0] == (0, 6, PLAIN_FBP.title)
    assert seen[-1][2] == UNET.title
    assert all(before <= after for (before, *_), (after, *_) in pairwise(seen))
    again = decode(tuple[Attacked, ...], encode(result))
    np.testing.assert_array_equal(again[1].images, result[1].images)
    stopped = study.compute(lambda step, *_, **__: step > 4)
    assert [one.name for one in stopped] == ["fbp"]
    assert not study.complete(stopped)


def test_total_variation_that_is_tuned_can_be_stopped_too(measurement):
    with pytest.raises(EndedError):
        attack(TUNED_TV, measurement, level=0.01, steps=2, seed=0, watch=lambda step: True)


def test_methods_without_a_gradient_are_refused_with_a_sentence():
    fan = replace(SCAN, beam=FanBeam(views=EvenViews(angles=16), detectors=64))
    assert has_gradient(PLAIN_FBP.method, SCAN)
    assert not has_gradient(PLAIN_FBP.method, fan)
    assert not has_gradient(FBP(filter="hann"), SCAN)
    assert not has_gradient(PlugAndPlay(solver="gradient_step"), SCAN)
    assert has_gradient(UNET.method, fan)
    with pytest.raises(InputError, match="The search is not written for CGLS"):
        WorstCase(scan=SCAN, candidates=(EvaluatedMethod(method=CGLS()),))
    with pytest.raises(InputError, match="Choose at least one"):
        WorstCase(scan=SCAN, candidates=())
    with pytest.raises(InputError, match="Level"):
        WorstCase(scan=SCAN, candidates=(PLAIN_FBP,), level=0.5)


def test_weights_need_no_gradient(measurement):
    attack(UNET, measurement, level=0.01, steps=1, seed=0)
    assert all(one.grad is None for one in trained_inversion("unet").parameters())

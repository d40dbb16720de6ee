"""What is learned from without a truth, against theory and dense matrices."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.ndimage
import torch
from torch import nn
from torch.nn import functional

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.networks.architectures.physics import Physics
from core.networks.training.targets import (
    TARGETS,
    Equivariant,
    Half,
    RobustEquivariant,
    Sure,
    Truth,
    divergence,
    rotated,
)
from core.problem.images import SheppLogan
from core.projection.projector import make_projector
from tests.helpers.small_physics import DETECTORS, SIZE, VIEWS, dense, scans_of, small

DRAWS = 600


@pytest.fixture(scope="module")
def physics():
    return small()


class Blur(nn.Module):
    """A linear estimator: some of the start, blurred."""

    def __init__(self, share=0.8):
        super().__init__()
        self.share = share

    def forward(self, start):
        return self.share * functional.avg_pool2d(start, 3, stride=1, padding=1)


class Matrix(nn.Module):
    """A linear estimator by a matrix over pixels."""

    def __init__(self, matrix):
        super().__init__()
        self.matrix = matrix

    def forward(self, start):
        flat = start.flatten(1).double() @ self.matrix.T
        return flat.reshape(start.shape).to(start)


def mean_and_error(values):
    return float(values.mean()), float(values.std() / np.sqrt(len(values)))


def test_the_divergence_is_that_of_the_matrix_on_average(physics):
    def function(data):
        return physics.sharpen(physics.forward(Blur()(physics.fbp(data))))

    exact = float(dense(function, (1, VIEWS, DETECTORS)).trace())
    data = scans_of(physics, 0.05, count=DRAWS).data
    probe = torch.randn(data.shape, generator=torch.Generator().manual_seed(1))
    found = divergence(function, data, function(data), probe, torch.full((DRAWS, 1, 1, 1), 1e-2))
    mean, error = mean_and_error(found.numpy())
    assert error < 0.05 * exact
    assert abs(mean - exact) < 4 * error


def test_sure_is_the_true_error_on_average_and_the_residual_is_not(physics):
    """Against the risk of a linear estimator as a formula: bias and variance, no random number."""
    level, network = 0.3, Blur()
    scans = scans_of(physics, level, count=DRAWS)
    target = Sure(physics)
    losses = []
    for number in range(0, DRAWS, 10):
        loss, seen = target.loss(network, scans.take(slice(number, number + 10)))
        losses.append((float(loss), seen))
    sure, known = np.array(losses).T
    mean, error = mean_and_error(sure)

    clean, variance = scans.clean[:1], float(scans.sigma[0]) ** 2
    hat = dense(lambda d: physics.forward(network(physics.fbp(d))), (1, VIEWS, DETECTORS))
    weight = dense(physics.sharpen, (1, VIEWS, DETECTORS))
    bias = physics.sharp_square(physics.forward(network(physics.fbp(clean))) - clean)
    risk = float(bias) + variance * float((hat.T @ weight @ hat).trace()) / SIZE**2

    assert error < 0.1 * risk
    assert abs(mean - risk) < 4 * error
    assert abs(known.mean() - risk) < 4 * known.std() / np.sqrt(len(known))
    left = physics.forward(network(scans.starts)) - scans.data
    hidden = float((weight - 2 * weight @ hat).trace()) * variance / SIZE**2
    assert hidden > 5 * error
    assert abs(float(physics.sharp_square(left)) - risk - hidden) < 4 * error


def test_without_noise_sure_is_the_consistency_which_is_blind_to_the_null_space(physics):
    scans = scans_of(physics, 0.0)
    forward = dense(physics.forward, (1, SIZE, SIZE))
    unseen = torch.linalg.svd(forward)[2][-1].reshape(1, 1, SIZE, SIZE).float()
    assert float(physics.forward(unseen).abs().max()) < 1e-5

    class Invents(Blur):
        def forward(self, start):
            return super().forward(start) + 5 * unseen

    for name in ("sure", "equivariant"):
        target = TARGETS[name](physics)
        plain = physics.sharp_square(physics.forward(Blur()(scans.starts)) - scans.data)
        loss, _ = target.loss(Blur(), scans)
        if name == "sure":
            assert float(loss) == pytest.approx(float(plain), rel=1e-6)
            other, _ = target.loss(Invents(), scans)
            assert float(other) == pytest.approx(float(loss), rel=1e-3)
        else:
            assert float(loss) > float(plain)
    honest, invented = (float(Truth(physics).loss(f, scans)[0]) for f in (Blur(), Invents()))
    assert invented > honest + 0.9 * 25 / SIZE**2


def test_the_halves_are_a_partition_of_the_views(physics):
    target, scans = Half(physics), scans_of(physics, 0.05)
    for view in range(VIEWS):
        only = torch.zeros_like(scans.data)
        only[..., view, :] = scans.data[..., view, :]
        even, odd = target.halves(only)
        assert bool(even.any()) == (view % 2 == 0) != bool(odd.any())
    even, odd = target.halves(scans.data)
    torch.testing.assert_close((even + odd) / 2, scans.starts, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("first", [0, 1])
def test_a_half_is_the_fbp_of_a_scan_with_these_views_alone(physics, first):
    some = EvenViews(angles=VIEWS // 2, start=first * 180 / VIEWS)
    beam = ParallelBeam(views=some, detectors=DETECTORS, detector_width=SIZE / DETECTORS)
    alone = Physics(make_projector(SIZE, beam, threads=1))
    image = torch.from_numpy(SheppLogan().read(SIZE))[None, None]
    half = Half(physics).halves(physics.forward(image))[first]
    other = alone.fbp(alone.forward(image))
    # Each is scaled by the middle of its own FBP of a disc, which the streaks touch.
    assert float((half - other).norm() / other.norm()) < 0.03


def test_the_loss_of_the_other_half_is_that_without_noise_and_a_constant(physics):
    scans = scans_of(physics, 0.1, count=DRAWS)
    target = Half(physics)
    noise = scans.data - scans.clean
    constant = torch.cat(target.halves(noise)).square().mean((1, 2, 3)).numpy()
    for network in (Blur(), Blur(0.3)):
        extra = []
        for number in range(0, DRAWS, 10):
            loss, known = target.loss(network, scans.take(slice(number, number + 10)))
            extra.append(float(loss) - known)
        mean, error = mean_and_error(np.array(extra))
        assert abs(mean - constant.mean()) < 4 * error
        assert error < 0.1 * constant.mean()


def test_images_are_turned_as_scipy_turns_them():
    image = SheppLogan().read(SIZE)
    stack = torch.from_numpy(image)[None, None].repeat(3, 1, 1, 1)
    quarter, half, some = rotated(stack, torch.tensor([90.0, 180.0, 33.0]))[:, 0].numpy()
    np.testing.assert_allclose(quarter, np.rot90(image), atol=1e-5)
    np.testing.assert_allclose(half, np.rot90(image, 2), atol=1e-5)
    other = scipy.ndimage.rotate(image, 33, reshape=False, order=1, prefilter=False)
    np.testing.assert_allclose(some, other, atol=1e-4)


def test_equivariant_imaging_has_no_loss_where_every_image_is_found_again():
    """With as many data as unknowns a matrix finds each image, turned or not."""
    whole = small(views=60, detectors=36, width=1.0)  # they cover the corners

    def scanned_back(images):
        return whole.fbp(whole.forward(images))

    inverse = torch.linalg.inv(dense(scanned_back, (1, SIZE, SIZE), torch.float64))
    scans = scans_of(whole, 0.0)
    data = whole.forward(scans.truths.double())
    scans = replace(scans, data=data, starts=whole.fbp(data))
    loss, _ = Equivariant(whole).loss(Matrix(inverse), scans)
    assert float(loss) < 1e-9 * float(scans.truths.square().mean())
    worse, _ = Equivariant(whole).loss(Blur(), scans)
    assert float(worse) > 1e-3 * float(scans.truths.square().mean())


def test_a_rotation_that_the_scanner_shares_teaches_nothing_of_the_null_space(physics, monkeypatch):
    """The least-norm image lacks the unseen part: a quarter turn of it does not show that."""
    forward = dense(physics.forward, (1, SIZE, SIZE))
    onto = torch.linalg.pinv(forward, rtol=1e-5) @ forward
    start = dense(lambda m: physics.fbp(physics.forward(m)), (1, SIZE, SIZE))
    network = Matrix(onto @ torch.linalg.pinv(start, rtol=1e-5))
    scans = scans_of(physics, 0.0)
    unseen = float(Truth(physics).loss(network, scans)[0])
    assert unseen > 1e-3
    losses = {}
    for degrees in (90.0, 7.0):
        monkeypatch.setattr(
            torch,
            "rand",
            lambda count, *, generator, turn=degrees: torch.full((count,), turn / 360),
        )
        losses[degrees] = float(Equivariant(physics).loss(network, scans)[0])
    assert losses[90.0] < 1e-4 * unseen
    assert losses[7.0] > 0.05 * unseen


def test_the_robust_form_is_sure_and_a_rotation_with_new_noise(physics):
    quiet, noisy = scans_of(physics, 0.0), scans_of(physics, 0.1)
    robust, plain = (
        target(physics, 5).loss(Blur(), quiet)[0] for target in (RobustEquivariant, Equivariant)
    )
    assert float(robust) == pytest.approx(float(plain), rel=1e-6)
    mean = {
        name: np.mean(
            [float(TARGETS[name](physics, seed).loss(Blur(), noisy)[0]) for seed in range(40)]
        )
        for name in ("robust", "equivariant", "sure")
    }
    assert mean["robust"] > mean["sure"]
    assert mean["robust"] != pytest.approx(mean["equivariant"], rel=0.02)

"""The small network and its training loop, against nothing but itself and a formula."""

import math
from itertools import islice

import numpy as np
import pytest
import torch

from core.networks.architectures.physics import Physics
from core.networks.architectures.tiny_unet import SmallNetwork
from core.networks.training import train_now
from core.networks.training.small_scans import SmallScans
from core.networks.training.targets import TARGETS
from core.networks.training.train_now import (
    TrainingConfig,
    scanner,
    train,
    training_images,
    unseen_images,
)
from core.parameters import parameters_of
from core.problem.images import StoredImage
from core.studies.training_run import TrainingRun

HEAD = StoredImage().read(train_now.SIZE)


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def recipe(**changes):
    asked = {
        "images": 1,
        "batch": 4,
        "optimiser": "adam",
        "learning_rate": 2e-3,
        "steps": 60,
        "seed": 0,
    }
    return TrainingConfig(**(asked | changes))


def test_the_network_starts_near_fbp_and_every_weight_learns():
    network = SmallNetwork(seed=3)
    assert 70_000 < sum(weight.numel() for weight in network.parameters()) < 90_000
    physics = Physics(scanner())
    data = physics.forward(torch.from_numpy(HEAD)[None, None])
    start, result = network.stages(physics, data)
    assert start.shape == result.shape == (1, 1, train_now.SIZE, train_now.SIZE)
    assert 0 < float((result - start).detach().std()) < 0.5 * float(start.std())
    result.square().sum().backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in network.parameters())


def test_the_seed_draws_the_weights_whatever_other_threads_have_drawn():
    first = SmallNetwork(seed=1).state_dict()
    torch.rand(7)
    again, other = SmallNetwork(seed=1).state_dict(), SmallNetwork(seed=2).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["leave.weight"], other["leave.weight"])


def test_a_training_can_be_repeated_to_the_last_bit():
    short = recipe(images=5, batch=2, steps=6)
    first, again = (list(train(short, HEAD)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert one.step == other.step
        assert one.loss == other.loss or one.step == 0
        np.testing.assert_array_equal(one.point.image, other.point.image)
    others = list(train(recipe(images=5, batch=2, steps=6, seed=1), HEAD))
    assert others[-1].loss != first[-1].loss


def test_one_image_is_learned_by_heart():
    longer = recipe(learning_rate=1e-3, steps=100, batch=1)
    points = [trained.point for trained in train(longer, HEAD) if trained.point is not None]
    first, last = points[0], points[-1]
    # Four times closer to the one image that it sees; the unseen heads gain far less.
    assert last.training < first.training / 4
    assert last.training < last.validation / 3
    assert all(math.isfinite(point.validation) for point in points)


def test_the_first_gradient_step_is_the_formula():
    plain = recipe(images=4, batch=4, optimiser="sgd", learning_rate=0.05, steps=1)
    _, after = train(plain, HEAD)
    physics, network = Physics(scanner()), SmallNetwork(0)
    order = np.random.default_rng(0).permutation(len(training_images()))[:4]
    truths = torch.tensor(training_images()[np.sort(order)])[:, None]
    starts = physics.fbp(physics.forward(truths))
    loss = (network(starts) - truths).square().mean()
    assert after.loss == pytest.approx(float(loss.detach()), rel=1e-4)
    loss.backward()
    with torch.no_grad():
        for weight in network.parameters():
            weight -= 0.05 * weight.grad
        after_by_hand = float((network(starts) - truths).square().mean())
    assert after.point.training == pytest.approx(after_by_hand, rel=1e-4)


def test_steps_that_are_too_long_are_noticed_at_once():
    seen = list(train(recipe(optimiser="sgd", learning_rate=10.0, steps=50), HEAD))
    assert seen[-1].lost
    assert len(seen) < 12
    assert seen[-1].point is None
    assert seen[0].point is not None


def test_a_last_step_that_destroys_the_network_is_noticed():
    first, last = train(recipe(optimiser="sgd", learning_rate=1e30, steps=1), HEAD)
    assert math.isfinite(first.point.validation)
    assert (last.step, last.lost, last.point) == (1, True, None)
    assert math.isnan(last.loss)


def test_it_is_measured_at_the_start_now_and_then_and_at_the_end():
    seen = list(islice(train(recipe(steps=80), HEAD), 7))
    assert [trained.step for trained in seen if trained.point] == [0, 2, 4, 6]


def test_what_it_learns_from_is_never_what_it_is_judged_on():
    learnt, unseen = training_images(), unseen_images()
    assert learnt.shape == (60, 96, 96)
    assert unseen.shape == (6, 96, 96)
    for head in unseen:
        nearest = min(float(np.abs(head - image).mean()) for image in learnt)
        assert nearest > 0.01
    assert not np.ptp([image.max() for image in learnt])


def test_every_target_can_be_asked_for():
    (parameter,) = [p for p in parameters_of(TrainingRun) if p.name == "target"]
    assert parameter.choices == tuple(TARGETS)
    assert (
        TrainingConfig(**{p.name: p.default for p in parameters_of(TrainingRun)}).target == "truth"
    )


@pytest.mark.parametrize("target", TARGETS)
def test_whatever_the_target_the_unseen_heads_are_measured_against_their_truth(target):
    asked = recipe(images=3, batch=2, steps=2, target=target, noise=0.05)
    network = SmallNetwork(0)
    *_, last = first = list(train(asked, HEAD, network=network))
    again = list(train(asked, HEAD))
    assert [one.loss for one in first[1:]] == [one.loss for one in again[1:]]
    assert math.isnan(last.known) == (target in ("equivariant", "robust"))
    network.eval()
    images = train_now.images_of(network, unseen_images(), asked)
    assert last.point.validation == pytest.approx(
        np.mean((images - unseen_images()) ** 2), rel=1e-4
    )


def test_a_head_is_measured_once_with_its_own_noise():
    physics = Physics(scanner(8))
    heads = np.repeat(HEAD[None], 300, axis=0)
    scans, again, other = (
        SmallScans.of(physics, heads, 0.1, seeds) for seeds in [(0, 1)] * 2 + [(1, 1)]
    )
    assert torch.equal(scans.data, again.data)
    noise = (scans.data - scans.clean)[:, 0]
    assert not torch.equal(noise, (other.data - other.clean)[:, 0])
    level = 0.1 * float(scans.clean[0].abs().mean())
    torch.testing.assert_close(noise.std(0).mean(), torch.tensor(level), rtol=0.01, atol=0)
    np.testing.assert_allclose(scans.sigma.flatten(), level, rtol=1e-5)
    assert float(noise.mean().abs()) < 4 * level / math.sqrt(noise.numel())
    some = scans.take(np.array([3, 5]))
    assert torch.equal(some.data, scans.data[[3, 5]])
    torch.testing.assert_close(some.starts, physics.fbp(some.data), atol=1e-6, rtol=1e-5)
    assert torch.equal(SmallScans.of(physics, heads[:2], 0.0, (0, 1)).data, scans.clean[:2])

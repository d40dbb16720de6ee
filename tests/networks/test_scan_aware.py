"""A network that is told how far apart the views are, and why it should be."""

import math

import numpy as np
import pytest
import torch

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.geometry.views.listed import ListedViews
from core.networks.architectures.learned_primal_dual import LearnedPrimalDual
from core.networks.architectures.physics import Physics
from core.networks.architectures.scan_aware_primal_dual import REFERENCE_GAP, ScanAwarePrimalDual
from core.networks.data.varied_scans import random_beam
from core.projection.projector import make_projector

SIZE = 64


def scanned(views, size=SIZE):
    """The physics of this many views over 180°, and data of an image of random numbers."""
    beam = ParallelBeam(views=EvenViews(angles=views), detectors=size // 2)
    physics = Physics(make_projector(size, beam, threads=1))
    image = torch.rand(1, 1, size, size, generator=torch.Generator().manual_seed(0))
    return physics, physics.forward(image)


@pytest.mark.parametrize(("views", "lines"), [(13, 13), (26, 13), (25, 25)])
def test_a_whole_turn_is_as_fine_as_half_a_turn_with_as_many_directions(views, lines):
    """So FBP after the scan is the same map: its largest eigenvalue is that of half a turn."""
    beam = ParallelBeam(views=EvenViews(angles=views, arc=360.0), detectors=SIZE // 2)
    turn = Physics(make_projector(SIZE, beam, threads=1))
    half, _ = scanned(lines)
    assert turn.gap == pytest.approx(half.gap)
    image = torch.rand(1, 1, SIZE, SIZE, generator=torch.Generator().manual_seed(1))
    ours, theirs = (one.fbp(one.forward(image)) for one in (turn, half))
    assert float((ours - theirs).norm() / theirs.norm()) < 0.05


@pytest.mark.parametrize("views", [6, 12, 24])
def test_the_largest_eigenvalue_of_fbp_after_the_scan_grows_with_the_gap(views):
    """π/4 · side / views: one view is smeared along the whole side, and comes back for each ray."""
    physics, data = scanned(views)
    image, length = physics.fbp(data), 0.0
    for _ in range(30):
        image = physics.fbp(physics.forward(image))
        length = float(image.norm())
        image = image / length
    assert length == pytest.approx(physics.gap / 2, rel=0.1)
    assert physics.gap == pytest.approx(math.pi / views * SIZE / 2)


@pytest.mark.parametrize(
    ("beam", "spacing"),
    [
        (ParallelBeam(views=EvenViews(angles=9, arc=90.0), detectors=32), 10),
        (ParallelBeam(views=ListedViews(angle_list=(0.0, 5.0, 10.0, 15.0)), detectors=32), 5),
        (FanBeam(views=EvenViews(angles=36, arc=360.0), detectors=96), 10),
        (ParallelBeam(views=EvenViews(angles=9, arc=360.0), detectors=32), 20),
        (ParallelBeam(views=EvenViews(angles=10, arc=360.0), detectors=32), 36),
        (ParallelBeam(views=EvenViews(angles=50, arc=200.0), detectors=32), 4),
        (
            ParallelBeam(
                views=ListedViews(angle_list=(0.0, 5.0, 10.0, 180.0, 185.0, 190.0)), detectors=32
            ),
            5,
        ),
        (ParallelBeam(views=EvenViews(angles=2, arc=360.0), detectors=32), 180),
    ],
    ids=["arc", "listed", "fan", "odd turn", "even turn", "more than half", "twice", "one line"],
)
def test_the_gap_is_the_way_between_two_views_at_the_border(beam, spacing):
    physics = Physics(make_projector(SIZE, beam, threads=1))
    assert physics.gap == pytest.approx(math.radians(spacing) * SIZE / 2)


def test_under_the_gap_of_90_views_it_is_learned_primal_dual():
    torch.manual_seed(0)
    assert scanned(90, 320)[0].gap == scanned(18)[0].gap == pytest.approx(REFERENCE_GAP)
    aware, plain = ScanAwarePrimalDual(), LearnedPrimalDual()
    with torch.no_grad():
        for parameter in aware.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
        shared = {k: v for k, v in aware.state_dict().items() if k in plain.state_dict()}
        plain.load_state_dict(shared)
        for views, alike in ((18, True), (9, False)):
            physics, data = scanned(views)
            *_, one = aware.stages(physics, data)
            *_, other = plain.stages(physics, data)
            assert torch.allclose(one, other, atol=1e-5) == alike


def test_its_steps_fade_with_the_gap_and_its_memory_is_told():
    network, (physics, data) = ScanAwarePrimalDual(), scanned(9)
    image = physics.fbp(data)
    with torch.no_grad():
        for stage in network.stages(physics, data):  # without weights a descent
            torch.testing.assert_close(stage, image, atol=2e-6, rtol=1e-5)
            image = image - 0.1 / math.sqrt(2) * physics.fbp(physics.forward(image) - data)
        network.told.copy_(torch.arange(4.0))
        _, memory = network._begin(physics, image)
    assert memory.shape == (1, 4, SIZE, SIZE)
    np.testing.assert_allclose(memory[0, :, 3, 5], math.log(2) * np.arange(4), rtol=1e-6)


def test_a_third_of_the_scans_of_a_training_have_few_views():
    random = np.random.default_rng(0)
    counts = np.array([random_beam(random, 320).view_count for _ in range(1000)])
    assert counts.min() >= 8
    assert counts.max() <= 180
    # Of the others 35 % are in this range, too.
    assert np.mean(counts <= 24) == pytest.approx(0.35 + 0.65 * np.log(3) / np.log(22.5), abs=0.05)
    small = [random_beam(random, 160, 2).view_count for _ in range(300)]
    assert (min(small), max(small) <= 180) == (4, True)

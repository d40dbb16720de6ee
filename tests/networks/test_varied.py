"""Training data of many kinds: their ranges, that a seed repeats them, and what is not in them."""

import h5py
import numpy as np
import pytest
import torch

from core.evaluation import modality
from core.evaluation.readme import RESULTS
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.geometry.views.listed import ListedViews
from core.networks.architectures.learned_primal_dual import LearnedPrimalDual
from core.networks.catalogue import PLANS
from core.networks.data import heads, varied_images
from core.networks.data.varied_images import (
    KINDS,
    bias_field,
    blurred,
    ct_heads,
    ct_validation,
    random_tissues,
    varied_image,
)
from core.networks.data.varied_scans import (
    ARC,
    FEW,
    HALF_TURN,
    NOISE,
    OFTEN_FEW,
    PHOTONS,
    VIEWS,
    WIDTH,
    FineImage,
    random_beam,
    random_noise,
    scanned,
)
from core.networks.training.varied_objective import VariedScans
from core.problem.noise import GaussianNoise, NoNoise, PoissonNoise
from core.problem.pictures import FOR_TRAINING, HELD_OUT, picture
from core.problem.stored import IMAGES_FILE

SMALL = VariedScans(size=64)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_a_picture_of_its_own(kind):
    draw = KINDS[kind][1]
    first, other = (draw(np.random.default_rng(seed), 48, 1.0) for seed in (0, 1))
    again = draw(np.random.default_rng(0), 48, 1.0)
    assert first.shape == (1, 1, 48, 48)
    assert first.dtype == torch.float32
    assert float(first.min()) >= -1e-6
    torch.testing.assert_close(first, again, atol=0, rtol=0)
    assert float((first / first.max() - other / other.max()).abs().max()) > 0.1


def test_all_kinds_are_drawn_and_scaled():
    assert sum(share for share, _ in KINDS.values()) == pytest.approx(1)
    random = np.random.default_rng(0)
    images = [varied_image(random, 32, zoom) for zoom in (1.0, 2.0) for _ in range(15)]
    for image in images:
        assert float(image.max()) == pytest.approx(1)
        assert float(image.min()) >= -1e-6


def test_a_head_with_the_contrast_of_ct_has_bright_bone_and_a_flat_brain():
    for seed in range(4):
        image = ct_heads(np.random.default_rng(seed), 96)[0, 0].numpy()
        image = image / image.max()
        inside = image[image > 0.2]
        most, counts = np.histogram(inside, 40)[1], np.histogram(inside, 40)[0]
        usual = most[counts.argmax()]
        assert 0.3 < usual < 0.75, "most of a head is soft, and darker than bone"
        assert (np.abs(inside - usual) < 0.08).mean() > 0.4


def test_random_tissues_have_few_values():
    image = random_tissues(np.random.default_rng(2), 128)[0, 0].numpy()
    inside = image[image > 0.02]
    counts = np.sort(np.histogram(inside, 64)[0])[::-1]
    assert counts[:8].sum() > 0.5 * counts.sum()


def test_a_bias_field_is_smooth_and_positive():
    field = bias_field(np.random.default_rng(0), 64)[0, 0]
    assert float(field.min()) > 0.2
    assert float(field.diff(dim=0).abs().max()) < 0.1
    assert float(field.max() - field.min()) > 0.1


def test_a_blur_keeps_the_sum_and_has_the_width_that_was_asked_for():
    point = torch.zeros(1, 1, 33, 33)
    point[..., 16, 16] = 1
    spread = blurred(point, 1.5)[0, 0].numpy()
    assert spread.sum() == pytest.approx(1, abs=1e-5)
    places = np.arange(33) - 16
    assert (spread.sum(0) @ places**2) ** 0.5 == pytest.approx(1.5, rel=0.02)
    assert (spread.sum(1) @ places**2) ** 0.5 == pytest.approx(1.5, rel=0.02)


def test_beams_and_noise_stay_within_what_the_card_says():
    random = np.random.default_rng(0)
    beams = [random_beam(random, 160) for _ in range(400)]
    counts = [beam.view_count for beam in beams]
    assert VIEWS[0] <= min(counts) < 12
    assert VIEWS[1] >= max(counts) > 150
    widths = [beam.detector_width for beam in beams]
    assert WIDTH[0] <= min(widths) < 1.2
    assert WIDTH[1] >= max(widths) > 3.7
    assert all(beam.detectors * beam.detector_width == pytest.approx(160) for beam in beams)
    spans = [float(np.ptp(beam.angles_deg)) for beam in beams]
    assert max(spans) < ARC[1]
    even = [beam.views for beam in beams if isinstance(beam.views, EvenViews)]
    assert {180.0} < {views.arc for views in even}
    assert min(views.arc for views in even) >= ARC[0]
    uneven = [beam.views for beam in beams if isinstance(beam.views, ListedViews)]
    assert 0.15 < len(uneven) / len(beams) < 0.35
    assert all(np.diff(views.angles_deg).min() >= 0 for views in uneven)
    assert max(np.diff(v.angles_deg).std() for v in uneven) > 1
    noises = [random_noise(random) for _ in range(400)]
    levels = [one.level for one in noises if isinstance(one, GaussianNoise)]
    assert NOISE[0] <= min(levels) < max(levels) <= NOISE[1]
    photons = [one.photons for one in noises if isinstance(one, PoissonNoise)]
    assert PHOTONS[0] <= min(photons) < max(photons) <= PHOTONS[1]
    assert any(isinstance(one, NoNoise) for one in noises)


def test_data_of_a_finer_grid_are_not_those_of_the_matrix():
    random = np.random.default_rng(0)
    image = varied_image(random, 64)
    beam = SMALL.usual_beam(64)
    operator = SMALL.usual_physics(64)
    (crime, truth), (data, same) = (
        scanned(image, 32, SMALL.usual_beam(32), NoNoise(), finer=finer) for finer in (False, True)
    )
    np.testing.assert_array_equal(truth, same)
    np.testing.assert_allclose(
        truth, image[0, 0].numpy().reshape(32, 2, 32, 2).mean(axis=(1, 3)), atol=1e-6
    )
    own = SMALL.usual_physics(32)
    matrix = own.forward(torch.from_numpy(truth)[None, None])[0, 0].numpy() * own.norm
    np.testing.assert_allclose(crime, matrix, atol=1e-4 * matrix.max())
    difference = np.abs(data - matrix).max() / matrix.max()
    assert 1e-3 < difference < 0.3
    assert (operator.size, beam.view_count) == (64, 41)


def test_a_fine_image_is_seen_at_both_sizes():
    fine = np.arange(16, dtype=np.float32).reshape(4, 4)
    assert FineImage(fine=fine).read(4) is fine
    np.testing.assert_allclose(FineImage(fine=fine).read(2), [[2.5, 4.5], [10.5, 12.5]])


@pytest.mark.parametrize(("progress", "size"), [(0.0, 32), (0.95, 64)])
def test_a_batch_is_one_scan_of_several_images_and_a_seed_repeats_it(progress, size):
    first, again = (SMALL.batch(np.random.default_rng(5), 2, progress) for _ in range(2))
    assert first.truths.shape == (2, 1, size, size)
    assert first.data.shape[:2] == (2, 1)
    torch.testing.assert_close(first.data, again.data, atol=0, rtol=0)
    assert bool(torch.isfinite(first.data).all())
    assert float((first.truths[0] - first.truths[1]).abs().max()) > 0.1
    clean = first.physics.forward(first.truths)
    error = (first.data - clean).norm() / clean.norm()
    assert float(error) < 0.5


def test_a_network_learns_from_it():
    torch.manual_seed(0)
    network = LearnedPrimalDual(stages=2, widths=(8, 8), dual_width=4)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for step in range(12):
        loss = SMALL.loss(network, SMALL.batch(np.random.default_rng(step % 3), 1, 0.0))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert all(after < before for before, after in zip(losses[:3], losses[-3:], strict=True))
    with torch.no_grad():
        scores = SMALL.validate(network)
    assert set(scores) == {"heads", "contrast of CT"}
    assert all(np.isfinite(list(scores.values())))


def test_nothing_of_a_test_is_in_the_training():
    assert not set(FOR_TRAINING) & set(HELD_OUT)
    for name in HELD_OUT:
        assert not any(np.array_equal(picture(name), picture(other)) for other in FOR_TRAINING)
    with h5py.File(IMAGES_FILE) as shown:
        assert not set(heads.SHARES) & set(shown)
        assert varied_images.WHOLE_HEADS in heads.SHARES
    tested = {name.removeprefix("ct_") for name in modality.other_modality()}
    assert not tested & set(heads.SHARES)
    assert ct_validation(48, 2).shape == (2, 1, 48, 48)


def test_the_plan_says_what_it_is_for():
    plan = PLANS["learned_primal_dual_varied"]
    assert (plan.benchmark, plan.start_from) == ("", "learned_primal_dual")
    card = plan.objective().card
    assert card["range"]["angles"] == [8, 180]
    assert "contrast of CT" in card["data"]
    assert "maps of grey and white matter" in card["data"]
    assert card["data"].endswith("30 % with a bias field, 25 % blurred")
    assert "finer grid" in card["scan"]


def test_the_shares_of_the_random_scans_are_said_to_be_shares_of_those_alone():
    random = np.random.default_rng(0)
    beams = [random_beam(random, 64) for _ in range(600)]
    shorter = [isinstance(b.views, EvenViews) and b.views.arc < ARC[1] for b in beams]
    even = [isinstance(beam.views, EvenViews) for beam in beams]
    assert sum(shorter) / sum(even) == pytest.approx(1 - HALF_TURN, abs=0.06)
    usual, few, arc = (f"{100 * s:g} %" for s in (SMALL.usual, OFTEN_FEW, 1 - HALF_TURN))
    scan = SMALL.card["scan"]
    assert f"{usual} of the batches the lecture's scan, the others random ones: " in scan
    assert f"in {few} of them at most {FEW[1]}, in " in scan
    assert f"over {ARC[1]:g}°, in {arc} over {ARC[0]:g}° to {ARC[1]:g}°" in scan
    text = (RESULTS.parent / "training.md").read_text(encoding="utf-8")
    assert f"| {usual} of the batches have the {ParallelBeam().view_count} views of the" in text
    assert f"the others have {VIEWS[0]} to {VIEWS[1]}, the logarithm uniform, in {few} of" in text
    assert f"; over {ARC[1]:g}°, in {arc} over {ARC[0]:g}° to {ARC[1]:g}° |" in text

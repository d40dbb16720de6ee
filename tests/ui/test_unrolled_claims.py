"""What is said of unrolled networks, plain and with FBP inside, computed or looked up."""

import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from core.evaluation.scores import scores
from core.evaluation.summary import ALL, summaries
from core.methods import method_named
from core.methods.support.trained import stages_of
from core.networks.architectures.learned_gradient_plain import LearnedGradientPlain
from core.networks.weights import card_of
from core.number_format import count
from core.problem.phantoms import RandomEllipses
from core.ui.learned import unrolled
from core.ui.learned.unrolled import published_scan
from core.ui.learned.unrolled_families import FAMILIES, FBP_INSIDE, PLAIN
from tests.helpers.images_in_all import images_in_all
from tests.helpers.scene_courses import arranged, course

# A number with one decimal is right within one of it: processors and threads round differently.
approx = partial(pytest.approx, abs=0.1)


def test_the_words_on_the_four_forms_are_those_of_the_scores():
    means = {
        one.method: one.snr[0]
        for one in summaries(scores())
        if (one.benchmark, one.subject, one.noise) == ("heads", ALL, 0.0)
    }
    forms = [means[name] for name in FAMILIES]
    assert max(forms) - min(forms) < 0.4
    images = [images_in_all(name) for name in FAMILIES]
    assert f"{count(min(images))} to {count(max(images))} images" in unrolled.COMPARED


def test_the_plain_learned_gradient_is_said_to_stack_what_the_lecture_adds():
    """Image, two gradients and memory: one channel less would be their sum."""
    network = LearnedGradientPlain(memory=5)
    assert network.update.layers[0].in_channels == 1 + 2 + 5
    words = FAMILIES["learned_gradient"].forms[PLAIN].words
    assert r"The lecture adds the two gradients, $f_\theta(\nabla(L + R))$" in words
    assert "stack them beside the image" in words


def test_the_words_on_both_forms_trained_on_ellipses_are_those_of_cards_and_scores():
    words = " ".join(unrolled.COMPARED.split())
    psnr = {
        one.method: one.psnr[0] for one in summaries(scores()) if one.benchmark == "adler_oektem"
    }
    gradient, primal_dual, shares = [], [], []
    for name, values in (("learned_gradient", gradient), ("learned_primal_dual", primal_dual)):
        inside, plain = f"{name}_adler_oektem", f"{name}_plain"
        for title in ("*plain*", "*FBP; ellipses*"):
            assert title in words
        assert method_named(inside).title.endswith("(FBP; ellipses)")
        assert method_named(plain).title.endswith("(plain)")
        values += [card_of(form)["curve"][-1]["PSNR"] for form in (inside, plain)]
        values += [psnr[form] for form in (inside, plain)]
        shares.append(card_of(inside)["parameters"] / card_of(plain)["parameters"])
    validated, printed = np.diff(gradient)[::2]
    assert [-validated, -printed] == pytest.approx([0.6, 0.6], abs=0.05)
    said = "{:.1f} dB and plain {:.1f} dB on ellipses for validation, {:.1f} and {:.1f} dB on the"
    assert said.format(*gradient) in words
    assert primal_dual[0] < primal_dual[1]
    said = "{:.1f} dB and plain {:.1f} dB, on the phantom {:.1f} and {:.1f} dB"
    assert said.format(*primal_dual) in words
    assert "have {:.0f} and {:.0f} times as many weights".format(*shares) in words
    added = "learned_gradient_plain_fbp"
    assert method_named(added).title.endswith("(plain + FBP)")
    reached = card_of(added)["curve"][-1]["PSNR"], psnr[added]
    assert "comes to {:.1f} and {:.1f} dB after fewer images".format(*reached) in words
    assert images_in_all(added) < images_in_all("learned_gradient_plain")
    assert card_of(added)["parameters"] - card_of("learned_gradient_plain")["parameters"] == 9 * 32
    plain = {stages_of(family.forms[PLAIN].method) for family in FAMILIES.values()}
    assert plain == {10}
    assert "ten plain stages must learn" in words
    inside = {stages_of(family.forms[FBP_INSIDE].method) for family in FAMILIES.values()}
    inside |= {
        stages_of(f"{name}_adler_oektem") for name in ("learned_gradient", "learned_primal_dual")
    }
    assert (min(inside), max(inside)) == (5, 8)
    assert "the stages here are five to eight" in words


def test_what_fbp_inside_buys_on_the_ellipses_of_the_laboratory_is_computed():
    """On images that differ from those of the training, most of it comes from the larger networks.

    A bound in the text may be off by 0.05 dB from one processor to the next.
    """

    def snr(method):
        return np.array([course(method_named(method)(), scan)[-1] for scan in scans])

    scans = [replace(published_scan(), image=RandomEllipses(seed=seed)) for seed in range(12)]
    plain, inside = snr("learned_gradient_plain"), snr("learned_gradient_adler_oektem")
    channel = snr("learned_gradient_plain_fbp") - plain
    gradient = inside - plain
    primal_dual = snr("learned_primal_dual_adler_oektem") - snr("learned_primal_dual_plain")
    words = " ".join(unrolled.COMPARED.split())
    assert "On twelve of the laboratory's *Random ellipses*" in words
    for gains, said in (
        (gradient, "it gains 0.6 to 1.3 dB and"),
        (primal_dual, "and 0.2 to 1.4 dB."),
        (channel, "The one channel gains 0.1 to 0.3 dB"),
    ):
        assert said in words
        low, high = map(float, re.findall(r"\d\.\d", said)[:2])
        assert [gains.min(), gains.max()] == approx([low, high])
    unet = gradient - channel
    assert [unet.min(), unet.max()] == approx([0.4, 1.0])
    assert np.all(channel < unet)


def test_what_fbp_inside_buys_and_costs_is_what_the_scenes_say():
    """All three networks have learned from the same kind of images under the same scan."""
    scan, methods = arranged("try_learned", "Plain, or with FBP inside")
    assert scan == published_scan()
    names = [methods[x].name for x in "abc"]
    assert names == [f"learned_gradient_{x}" for x in ("plain", "plain_fbp", "adler_oektem")]
    courses = [course(methods[x], scan) for x in "abc"]
    assert [len(one) - 1 for one in courses] == [10, 10, 6]
    assert [one[2] for one in courses] == approx([17.7, 18.8, 21.3])
    assert [one[-1] for one in courses] == approx([22.0, 22.2, 22.7])
    cards = [card_of(name) for name in names]
    assert round(cards[2]["parameters"] / cards[0]["parameters"]) == 23
    for what in ("data", "scan"):
        assert len({card[what] for card in cards}) == 1
    validated = [card["curve"][-1]["PSNR"] for card in cards]
    assert [f"{value:.2f}" for value in validated] == ["34.13", "34.75", "34.69"]
    assert cards[1]["images"] < min(cards[0]["images"], cards[2]["images"])
    assert validated[1] - validated[0] == pytest.approx(0.6, abs=0.05)

    scan, methods = arranged("try_learned", "A head for all three")
    assert [methods[x].name for x in "abc"] == names
    assert replace(scan, image=published_scan().image) == published_scan()
    courses = [course(methods[x], scan) for x in "abc"]
    assert [one[-1] for one in courses] == approx([17.0, 17.1, 17.3])
    assert [one.max() for one in courses] == approx([17.7, 17.5, 17.6])
    assert [courses[0][5], courses[1][5], courses[2][4]] == approx([17.7, 17.5, 17.6])
    beam = replace(scan.beam, detector_width=1.98)
    plain, added, inside = (
        course(methods[x], replace(scan, size=256, beam=beam))[-1] for x in "abc"
    )
    assert plain == approx(15.5)
    assert max(added, inside) < 0

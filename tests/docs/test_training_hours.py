"""The hours that `make weights` is said to take, from the cards of the networks."""

import re
from pathlib import Path

import pytest

from core.evaluation.readme import TRAINING, with_hours
from core.evaluation.scores import scores
from core.evaluation.summary import ALL, summaries
from core.networks.catalogue import PLANS
from core.networks.data.heads import SHARES, people_seen
from core.networks.training.training_hours import hours_planned
from core.networks.weights import card_of, scores_of
from core.number_format import count

ROOT = Path(__file__).parents[2]
CARDS = {name: card_of(name) for name in PLANS}


def said(path, words):
    return float(re.search(words, (ROOT / path).read_text(encoding="utf-8"))[1])


def test_the_hours_of_all_trainings_are_those_of_plans_and_cards():
    hours = sum(hours_planned(name, card) for name, card in CARDS.items())
    for path, words in (
        ("Makefile", r"as planned \(about (\d+) hours of one core\)"),
        ("docs/training.md", r"all networks as planned, about (\d+) hours of one core"),
    ):
        assert abs(said(path, words) / hours - 1) < 0.1, path


def test_a_network_that_has_grown_takes_as_long_as_its_last_steps():
    card = {
        "steps": 1000,
        "seconds": 2000,
        "curve": [
            {"step": 500, "seconds": 500},
            {"step": 900, "seconds": 1700},
            {"step": 1000, "seconds": 2000},
        ],
    }
    name = "learned_primal_dual_dival"
    assert hours_planned(name, card) == PLANS[name].steps * 3 / 3600
    # That of heads sees small images first: all of its steps count.
    name = "learned_primal_dual"
    assert hours_planned(name, card) == PLANS[name].steps * 2 / 3600


def test_a_training_that_is_not_over_takes_what_it_has_taken_and_the_rest():
    """Its last steps may have been faster than those before, as on a less busy processor."""
    name = "learned_primal_dual_plain"
    planned = PLANS[name].steps
    made, seconds = planned - 2000, 3 * planned
    curve = [{"step": 0.9 * made, "seconds": seconds - 0.1 * made}]
    card = {"steps": made, "seconds": seconds, "curve": [*curve, {"step": made}]}
    assert hours_planned(name, card) == pytest.approx((seconds + 2000) / 3600)
    # Nothing is left of one that has made more steps than planned.
    over = {"steps": planned + 1000, "seconds": seconds, "curve": [{"step": planned + 1000}]}
    assert hours_planned(name, over) == pytest.approx(seconds / 3600)


def test_no_training_of_the_project_is_said_to_take_less_than_it_has_taken():
    for name, card in CARDS.items():
        assert hours_planned(name, card) >= card["seconds"] / 3600, name


def test_the_table_has_the_command_and_the_hours_of_each_network():
    text = TRAINING.read_text(encoding="utf-8")
    assert with_hours(text) == text, "run `python -m core evaluate`"
    for name, plan in PLANS.items():
        row = (
            f"| {name} | {plan.start_from or 'random weights'} "
            f"| `python -m core train {name} --fresh` | {hours_planned(name, CARDS[name]):.1f} |"
        )
        assert text.count(row) == 1, name


def test_a_network_without_weights_has_no_hours(monkeypatch, tmp_path):
    monkeypatch.setattr("core.networks.weights.FOLDER", tmp_path)
    rows = with_hours("<!-- hours -->\n<!-- /hours -->").splitlines()[3:-1]
    assert len(rows) == len(PLANS)
    assert all(row.endswith("` | – |") for row in rows)


def test_the_hours_that_were_spent_are_those_of_the_cards():
    made = sum(card["seconds"] for card in CARDS.values()) / 3600
    assert said("docs/training.md", r"have had (\d+) hours") == round(made)
    longest = max(card["seconds"] for card in CARDS.values()) / 3600
    assert said("docs/training.md", r"minutes to ([\d.]+) hours each") == round(longest, 1)


def test_what_further_training_brought_is_what_the_cards_say():
    """The validation after it, network by network, and the steps of Muon that were made."""
    text = (ROOT / "docs/training.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)`.*\| (\d+) [^|]*· ([\d. /]+) \| \d+ \|$", text, re.M)
    assert len(rows) == 7
    for name, steps, after in rows:
        scores = list(scores_of(CARDS[name]).values())
        assert after == " / ".join(f"{score:.2f}" for score in scores), name
        assert CARDS[name]["optimiser"].startswith("Muon")
        assert int(steps) < CARDS[name]["steps"]


def test_what_three_more_stages_brought_is_what_the_curves_say():
    steps, minutes, psnr = [], [], []
    for benchmark, grown, over in (("dival", 26_000, 30_000), ("adler_oektem", 18_500, 21_600)):
        curve = {p["step"]: p for p in CARDS[f"learned_primal_dual_{benchmark}"]["curve"]}
        steps.append(str(over - grown))
        minutes.append(f"{(curve[over]['seconds'] - curve[grown]['seconds']) / 60:.0f}")
        psnr.append(f"{curve[over]['PSNR']:.2f}")
    text = " ".join((ROOT / "docs/training.md").read_text(encoding="utf-8").split())
    words = " and ".join(steps), " and ".join(minutes), " and ".join(psnr)
    assert "{} steps of Muon, {} minutes, brought {} dB".format(*words) in text


def test_what_single_pixels_and_wider_networks_on_data_brought_is_what_the_curve_says():
    """Each row of the text: where it began, where it ended, and at which rate."""
    text = " ".join((ROOT / "docs/training.md").read_text(encoding="utf-8").split())
    curve = {p["step"]: p for p in CARDS["learned_primal_dual_dival"]["curve"]}
    last = max(curve)
    for begun, end, rate in ((33_600, 37_100, "0.0012"), (37_100, last, "0.0014")):
        minutes = round((curve[end]["seconds"] - curve[begun]["seconds"]) / 60)
        said = f"{curve[end]['PSNR']:.2f} dB after {end - begun} steps at the rate {rate}"
        assert f"brought {said}, {minutes} minutes" in text
        assert f"{curve[begun]['PSNR']:.2f} dB" in text


def test_what_an_fbp_of_the_residual_buys_alone_is_what_the_cards_say():
    text = " ".join((ROOT / "docs/training.md").read_text(encoding="utf-8").split())
    added, plain, large = (
        CARDS[f"learned_gradient_{form}"] for form in ("plain_fbp", "plain", "adler_oektem")
    )
    after = f"After {added['steps']} steps of Muon, {added['seconds'] / 60:.0f} minutes"
    assert f"{after}, it came to {added['curve'][-1]['PSNR']:.2f} dB" in text
    assert plain["earlier"].startswith("2000 steps: Adam")
    more = f"{plain['steps'] - 2000} of Muon to {plain['curve'][-1]['PSNR']:.2f} dB"
    assert f"the plain one after 2000 of Adam and {more}" in text
    times = f"{large['parameters'] / plain['parameters']:.0f} times as many weights"
    assert f"{times} to {large['curve'][-1]['PSNR']:.2f} dB" in text


def test_what_the_varied_training_brought_is_what_card_and_scores_say():
    name = "learned_primal_dual_varied"
    gains = {
        (one.benchmark, one.noise): f"{one.gain[0]:.2f}"
        for one in summaries(scores())
        if (one.method, one.subject) == (name, ALL)
    }
    card = CARDS[name]
    cells = [
        f"{card['steps']} steps of Muon, rate {card['learning_rate']:g}",
        f"{card['seconds'] / 3600:.1f}",
        *(f"{gains[where, 0.0]} / {gains[where, 0.01]}" for where in ("heads", "modality")),
        gains["few_views", 0.01],
    ]
    text = (ROOT / "docs/training.md").read_text(encoding="utf-8")
    assert f"| {' | '.join(cells)} |" in text
    images = count(CARDS["learned_primal_dual"]["images"]).replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert f"with the present one of {images}" in " ".join(text.split())


def test_the_words_on_the_people_are_those_of_the_training_data():
    text = " ".join((ROOT / "docs/training.md").read_text(encoding="utf-8").split())
    assert f"These are {people_seen(SHARES)}." in text

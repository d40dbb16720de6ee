"""The hours that `make weights` is said to take, from the cards of the networks."""

import re
from pathlib import Path

from core.networks.catalogue import PLANS
from core.networks.weights import card_of, scores_of

ROOT = Path(__file__).parents[2]
CARDS = {name: card_of(name) for name in PLANS}


def said(path, words):
    return float(re.search(words, (ROOT / path).read_text(encoding="utf-8"))[1])


def test_the_hours_of_all_trainings_are_those_of_plans_and_cards():
    """A step of a plan takes as long as one that was made, to a tenth."""
    seconds = [
        plan.steps * CARDS[name]["seconds"] / CARDS[name]["steps"] for name, plan in PLANS.items()
    ]
    for path, words in (
        ("Makefile", r"as planned \(about (\d+) hours of one core\)"),
        ("docs/training.md", r"all networks as planned, about (\d+) hours of one core"),
    ):
        assert abs(said(path, words) / (sum(seconds) / 3600) - 1) < 0.1, path


def test_the_hours_that_were_spent_are_those_of_the_cards():
    made = sum(card["seconds"] for card in CARDS.values()) / 3600
    assert said("docs/training.md", r"have had (\d+) hours") == round(made)


def test_what_further_training_brought_is_what_the_cards_say():
    """The validation after it, network by network, and the steps of Muon that were made."""
    text = (ROOT / "docs/training.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)`.*\| (\d+) [^|]*· ([\d. /]+) \| \d+ \|$", text, re.M)
    assert len(rows) == 6
    for name, steps, after in rows:
        scores = list(scores_of(CARDS[name]).values())
        assert after == " / ".join(f"{score:.2f}" for score in scores), name
        assert CARDS[name]["optimiser"].startswith("Muon")
        assert int(steps) < CARDS[name]["steps"]

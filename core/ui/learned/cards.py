"""The model cards of trained networks, their training curves, and scans that they do not know."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.errors import InputError
from core.markdown_table import markdown_table
from core.methods import METHODS
from core.methods.base import Method
from core.networks.catalogue import plan_named
from core.networks.data.heads import ELLIPSES_SHARE, LESIONS
from core.networks.weights import card_of, completed, scores_of
from core.number_format import count
from core.problem.measurement import Source
from core.studies.out_of_distribution import training_notice
from core.ui.figures.curves import Series, curves
from core.ui.style import styles_in_one_figure
from core.ui.workbench.job_status import seconds_text

Card = Mapping[str, Any]

INTRODUCTION = f"""\
What each network is, what it was trained on, and how long it was trained. The scores are those
on images kept from training, at the end of it. Slices of heads are of the same people, next to
slices trained on, so their scores flatter. Those on the images of this laboratory are on the next
tab. Of the training images of the networks for heads {100 * ELLIPSES_SHARE:g} % are random
ellipses, like those of the phantom, and into each head {LESIONS:g} small ellipses on average are
painted as lesions. What a network expects is the scan of its card. Data of any brightness will do
for a network from data to image: they are divided by a scale that is estimated from themselves, and
$c\\,d$ gives $c\\,\\hat m$. The parameters of plug-and-play, RED and the convex ridge regulariser
are for images whose brightest pixel is about 1; *Scale to 1* makes measured data so."""


def found_card(name: str) -> tuple[Card, str]:
    """The card of a network, or none and a sentence that says why."""
    try:
        return completed(name, card_of(name)), ""
    except InputError as error:
        return {}, str(error)


def notice(scan: Source, chosen: Mapping[str, Method]) -> None:
    """Say which of the chosen networks meet a scan that they have not been trained for."""
    methods = {f"**{letter} · {method.title}**": method.name for letter, method in chosen.items()}
    if text := training_notice(scan, methods):
        st.warning(text, icon=":material/warning:")


def cards_tab(scan: Source, chosen: Mapping[str, Method]) -> None:
    """Draw the cards of the chosen networks side by side, and their training curves."""
    names = list(dict.fromkeys(name for m in chosen.values() if (name := m.network)))
    if not names:
        st.caption("None of the chosen methods was trained.")
        return
    st.markdown(INTRODUCTION)
    cards = {}
    for name, column in zip(names, st.columns(len(names), gap="medium"), strict=True):
        card, sentence = found_card(name)
        with column, st.container(border=True, height="stretch"):
            if sentence:
                st.info(sentence)
            else:
                cards[name] = card
                st.markdown(card_table(card))
    training_curves(cards)


def card_table(card: Card) -> str:
    """A card as a Markdown table.

    The steps are of those of the plan: the last training may have been asked for fewer.
    """
    planned = plan_named(card["name"]).steps
    state = f" of {count(planned)} planned" if card["steps"] < planned else ""
    software = ", ".join(f"{name} {v}" for name, v in card.get("versions", {}).items())
    leak = f", slope {card['slope']:g} below zero" if card["slope"] else ""
    rows = {
        "Architecture": f"{_breakable(card['architecture'])}, {count(card['parameters'])} weights"
        + leak,
        "Trained on": _breakable(card["data"]),
        "People": card.get("people", ""),
        "Augmentation": card["augmentation"],
        "Scan": card["scan"],
        "Loss": card["loss"],
        "Steps": f"{count(card['steps'])}{state}; {count(card['images'])} images in all, "
        f"{card['batch']} a step; learning rate {card['learning_rate']:g}",
        "Optimiser": card["earlier"] + card["optimiser"],
        "Begun from": _title(card["start_from"]),
        "Hardware": f"{card['hardware']}, {card['precision']}",
        "Software": software or "not recorded",
        "Time": seconds_text(card["seconds"])
        if card["seconds"] < 7200
        else f"{card['seconds'] / 3600:.1f} h",
        "Score": _score_text(card),
    }
    known = [(name, text) for name, text in rows.items() if text]
    return markdown_table([f"**{_title(card['name'])}**", ""], known, align="l")


def _score_text(card: Card) -> str:
    """The last scores, and of what they are the mean."""
    scores = ", ".join(f"{what}: {value:.1f} dB" for what, value in scores_of(card).items())
    return f"{scores} ({card['validation']})" if scores else "none yet"


def _breakable(name: str) -> str:
    """A text that a narrow column may break before capitals within a name, and after slashes."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=\w/)(?=\w)", "\N{ZERO WIDTH SPACE}", name)


def _title(name: str) -> str:
    titles = {method.name: method.title for method in METHODS}
    return titles.get(name, name.replace("_", " ").capitalize())


def training_curves(cards: Mapping[str, Card], key: str = "training curves") -> None:
    """Draw the score of each network over the time of its training, by the name of its method.

    Each level of noise has a curve; there is nothing where there are no cards.
    """
    drawn = [(name, what) for name, card in cards.items() for what in scores_of(card)]
    series = []
    for (name, what), style in zip(
        drawn, styles_in_one_figure([name for name, _ in drawn]), strict=True
    ):
        curve: Sequence[Mapping[str, float]] = cards[name]["curve"]
        series.append(
            Series(
                name=f"{_title(name)}, {what}",
                x=np.array([point["seconds"] / 60 for point in curve]),
                y=np.array([point[what] for point in curve]),
                style=style,
                width=3.0 if len(curve) == 1 else 2.0,
                markers=len(curve) == 1,
            )
        )
    if not series:
        return
    curves(
        series,
        key=key,
        x_title="minutes of training",
        y_title="score / dB",
        height=340,
        alt="The score of each network on images kept from training, over the time of training.",
    )

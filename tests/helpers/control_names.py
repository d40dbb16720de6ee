"""How the controls of a page are told apart, and the order in which they are operated."""

from __future__ import annotations

import re
from typing import Any

# What reveals more comes before what takes something away, and a tab is left when all is done.
ORDER = (
    ("stop",),
    ("fold",),
    (
        "slider",
        "number",
        "text",
        "toggle",
        "pill",
        "play",
        "frame",
        "figure",
        "sort",
        "download",
        "file",
    ),
    ("button",),
    ("list", "option"),
    ("link", "away"),
    ("tab",),
)
RANK = {kind: rank for rank, kinds in enumerate(ORDER) for kind in kinds}
# Controls of one of these kinds are operated side by side, for one run of the page.
TOGETHER = ("slider", "number", "text", "toggle", "pill", "list", "option")
# These set many controls at once, and come one after the other, before the page is opened again.
AWAY = re.compile(r"^(scene|preset|fit|add)-")
# A method's parameters and the lists of methods are the same in all three places.
PLACE = re.compile(r"^(?:[abc]-|method-[ABC]-)")
CHOOSES_A_METHOD = re.compile(r"^method-[ABC]-")

Item = dict[str, Any]


def kind_of(item: Item) -> str:
    """How to rank it."""
    if item["kind"] == "button" and item["words"] == "Stop":
        return "stop"
    return "away" if item["kind"] == "button" and AWAY.match(item["key"]) else item["kind"]


def group_of(item: Item) -> str:
    return f"{item['kind']} {PLACE.sub('', item['key'])}"


def name_of(item: Item) -> str:
    """What tells a control from the others; a list in each place is one to operate."""
    many = item["kind"] in ("option", "pill", "sort", "tab") or not item["key"]
    key = item["key"] if item["kind"] == "list" else PLACE.sub("", item["key"])
    return " ".join((item["kind"], key, item["words"] if many else "")).strip()

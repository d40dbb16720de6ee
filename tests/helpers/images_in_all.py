"""How many images the weights of a network have seen, those that it began with included."""

import re

from core.networks.catalogue import PLANS
from core.networks.weights import card_of, images_seen


def images_in_all(name: str) -> int:
    """Its own, and those of the network whose weights it began with, at that time.

    That network was trained further afterwards: its first part was on one image a step.
    """
    card = card_of(name)
    if card["start_from"] not in PLANS:
        return images_seen(name)
    earlier = card_of(card["start_from"])["earlier"]
    (begun,) = re.findall(r"to step (\d+), 1 image a step", earlier)
    return images_seen(name) + int(begun)

"""Step 1: the families of learned methods, each beside its equation and something to move."""

from core.problem.scan import Scan
from core.ui.learned import (
    after_fbp,
    architectures,
    convolution,
    plugged,
    ridge,
    supervised,
    unrolled,
    untrained,
)
from core.ui.lesson import steps

TOPICS = {
    "learning": ("Learning from pairs", supervised.show),
    "convolution": ("Why convolution", convolution.show),
    "architectures": ("Many architectures", architectures.show),
    "after_fbp": ("FBP → network", after_fbp.show),
    "plugged": ("Plug-and-play, RED", plugged.show),
    "ridge": ("Convex ridges", ridge.show),
    "untrained": ("Deep image prior", untrained.show),
    "unrolled": ("Unrolling", unrolled.show),
}


def show(scan: Scan) -> None:
    """Draw the topic that is open."""
    topic, place = steps({name: title for name, (title, _) in TOPICS.items()}, name="topic")
    with place:
        TOPICS[topic][1](scan)

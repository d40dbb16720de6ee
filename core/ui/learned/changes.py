"""What each stage of a network changed: its image minus the one before."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import streamlit as st

from core.array_types import Float32Array
from core.number_format import percent
from core.problem.measurement import Measurement
from core.problem.metrics import share_of
from core.ui.figures.panels import Panel, image_panels
from core.ui.workbench.displayed_result import Entry
from core.ui.workbench.pictures import symmetric_limit


def changes_row(
    measurement: Measurement,
    entries: Sequence[Entry],
    iterations: Sequence[int],
    player: str | None,
) -> None:
    """Draw what the stage or iterate on screen changed, for each method that has several."""
    walking = [entry for entry in entries if entry.iterates]
    if not walking or not iterations:
        return
    stacks = [changes(entry, iterations) for entry in walking]
    panels = []
    for entry, stack in zip(walking, stacks, strict=True):
        limit = symmetric_limit(stack[1:])
        panels.append(
            Panel(
                title=f"{entry.letter}: change",
                caption=[_size(change, entry.image) for change in stack],
                image=stack,
                low=-limit,
                high=limit,
                colormap="diverging",
                alt=f"The image of {entry.method.title} minus the one before.",
            )
        )
    # Each as wide as an image above: one place is the truth's, and a direct method has no stages.
    others = len(entries) - len(walking)
    aside, place, *_ = st.columns([1, len(walking), *([others] if others else [])])
    aside.caption(
        "**What changed** since the image before, red for brighter and blue for darker, each "
        "method on a range of its own. Walk through with the slider above."
    )
    with place:
        image_panels(panels, key="changes", columns=len(walking), player=player)


def changes(entry: Entry, iterations: Sequence[int]) -> list[Float32Array]:
    """For each of `iterations`, the stored iterate minus the stored one before it; first zeros.

    After the last iterate nothing changes any more.
    """
    shown = [entry.at(iteration) for iteration in iterations]
    stack = [np.zeros_like(shown[0].image)]
    stack += [after.image - before.image for before, after in pairwise(shown)]
    for change in stack:
        change.setflags(write=False)
    return stack


def _size(change: Float32Array, image: Float32Array) -> str:
    share = share_of(change, image)
    return f"{percent(share)} of the image" if share else "nothing"

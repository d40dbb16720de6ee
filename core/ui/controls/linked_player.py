"""A player whose frame stands in the link of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.parameter import Parameter, text_of
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import wanted
from core.ui.figures.component import element_key
from core.ui.figures.plot import player


@dataclass(kw_only=True)
class _Start:
    """Where a player starts, and how often a link has sent it there.

    number : as in the link; None for the frame that the page starts at.
    """

    number: float | None = None
    turn: int = 0


def linked_player(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    name: str,
    key: str,
    alt: str,
    start: int = 0,
    seconds: float = 8.0,
    loop: bool = True,
    kept: str = "",
) -> int:
    """Draw a `core.ui.figures.plot.player`, and return the frame it rests at.

    Parameters
    ----------
    values : the number that stands for each frame in the link, such as its iteration.
    name : what the number is called in the link, which leaves it out for the frame `start`.
    kept : where the session keeps the number; each page has a place of its own unless given.

    A number that no frame has is answered with the nearest frame. The frame `start` is what a
    visitor sees who has chosen none, also when there are more frames later.
    """
    numbers = [value.item() if isinstance(value, np.generic) else value for value in values]
    parameter = Parameter(name=name, default=numbers[start], low=min(numbers), high=max(numbers))
    kept = kept or f"{name} of {permalink.current().page}"
    begin = _start(parameter, key, kept, label=alt[:1].upper() + alt[1:])
    texts = [text_of(number) for number in numbers]
    texts[start] = ""
    frame = player(
        labels,
        key=key,
        alt=alt,
        start=start if begin.number is None else _nearest(numbers, begin.number),
        turn=begin.turn,
        seconds=seconds,
        loop=loop,
        link=(name, texts),
    )
    if frame == start:
        st.session_state.pop(kept, None)
    else:
        st.session_state[kept] = numbers[frame]
    permalink.current().record(name, numbers[frame], texts[frame])
    permalink.publish(key)
    return frame


def _start(parameter: Parameter, key: str, kept: str, label: str) -> _Start:
    """Where the player starts. It stays there while the browser moves on from it."""
    begin: _Start = st.session_state.setdefault(
        f"start of {key} on {permalink.current().page}", _Start()
    )
    asked = permalink.current().waiting(parameter.name)
    number: Any = wanted(parameter, parameter.name, kept, label=label)
    if asked:
        begin.turn += 1
    if asked or not _has_moved(key):
        chosen = asked or kept in st.session_state
        begin.number = number if chosen and number != parameter.default else None
    return begin


def _has_moved(key: str) -> bool:
    """Whether the browser has said where the player rests since it was drawn first."""
    state = st.session_state.get(element_key(key))
    return state is not None and state.get("rest") is not None


def _nearest(numbers: Sequence[float], wanted: float) -> int:
    return min(range(len(numbers)), key=lambda frame: abs(numbers[frame] - wanted))

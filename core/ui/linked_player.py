"""A player whose frame stands in the link of the page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.parameters import Parameter, text_of
from core.ui import permalink
from core.ui.parameter_controls import wanted
from core.ui.plot import player


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
) -> int:
    """Draw a `core.ui.plot.player`, and return the frame it rests at.

    Parameters
    ----------
    values : the number that stands for each frame in the link, such as its iteration.
    name : what the number is called in the link, which leaves it out for the frame `start`.

    A number that no frame has is answered with the nearest frame. The frame `start` is what a
    visitor sees who has chosen none, also when there are more frames later.
    """
    numbers = [value.item() if isinstance(value, np.generic) else value for value in values]
    parameter = Parameter(name=name, default=numbers[start], low=min(numbers), high=max(numbers))
    kept = f"{name} of {permalink.current().page}"
    asked: Any = wanted(parameter, name, kept, label=alt[:1].upper() + alt[1:])
    texts = [text_of(number) for number in numbers]
    texts[start] = ""
    frame = player(
        labels,
        key=key,
        alt=alt,
        start=min(range(len(numbers)), key=lambda k: abs(numbers[k] - asked)),
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

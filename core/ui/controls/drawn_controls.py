"""Which controls a page has drawn, and which of them a scene or a link hides or locks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import streamlit as st

_KEY = "controls drawn"

Shape = tuple[object, ...]
"""What makes a widget another one to Streamlit: its range, its choices, its stops."""


@dataclass(kw_only=True)
class DrawnControls:
    """The controls that this run of a page has drawn, and the run before it, with their shapes.

    hidden, locked : names in the link, of controls that are not drawn, or cannot be moved.
    """

    page: str = ""
    hidden: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    now: dict[str, Shape] = field(default_factory=dict)
    before: dict[str, Shape] = field(default_factory=dict)

    def forget(self, key: str) -> None:
        """Take note that a control is not on the page any more."""
        self.now.pop(key, None)
        self.before.pop(key, None)

    def is_new(self, key: str, shape: Shape) -> bool:
        """Whether neither this run nor the one before it has drawn the control in this shape."""
        new = self.now.get(key, self.before.get(key)) != shape
        self.now[key] = shape
        return new

    def hides(self, name: str) -> bool:
        """Whether the control of this name is not to be drawn."""
        return any(fnmatchcase(name, one) for one in self.hidden)

    def locks(self, name: str) -> bool:
        """Whether the control of this name cannot be moved."""
        return any(fnmatchcase(name, one) for one in self.locked)


def drawn_controls() -> DrawnControls:
    """Return the controls of this session's page."""
    drawn: DrawnControls | None = st.session_state.get(_KEY)
    if drawn is None:
        drawn = st.session_state[_KEY] = DrawnControls()
    return drawn


def begin(page: str) -> None:
    """Start a run of the whole page of this title."""
    drawn = drawn_controls()
    same = drawn.page == page
    drawn.page, drawn.before, drawn.now = page, drawn.now if same else {}, {}


def restrict(*, hide: Iterable[str], lock: Iterable[str]) -> None:
    """Draw the controls of these names not at all, or so that they cannot be moved.

    They are called what the link calls them; one that ends in "*" stands for all that begin so.
    """
    drawn = drawn_controls()
    drawn.hidden, drawn.locked = tuple(hide), tuple(lock)

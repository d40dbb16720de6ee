"""Groups of controls that are folded: what is closed is not drawn, and costs nothing."""

from typing import Any

import streamlit as st


def folded(title: str) -> tuple[Any, bool]:
    """Draw an expander; return a container in it, and whether it is open.

    Nothing is to be drawn in a closed one: `control(..., drawn=False)` gives the values. It stays
    open or closed while the session lasts, on all pages that have it.
    """
    key = f"folded {title}"
    kept = st.session_state.setdefault(open_key(title), False)
    if st.session_state.get(key) != kept:
        st.session_state[key] = kept
    box = st.expander(title, key=key, on_change=_fold, args=(title, key))
    return (box.container(gap="small") if kept else box), kept


def open_key(title: str) -> str:
    """Where the session keeps whether the group of this title is open."""
    return f"{title}: open"


def _fold(title: str, key: str) -> None:
    st.session_state[open_key(title)] = bool(st.session_state[key])

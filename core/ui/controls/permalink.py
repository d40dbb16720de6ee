"""The link of a picture: everything that defines it stands in the address of the page.

A link is read when a session starts, when a scene is opened, and when the browser goes back. From
then on the controls hold the values, and the address follows them; values at their defaults are
left out of it. `core.ui.controls.link_state` holds what is known of it in between.
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.ui.controls.link_state import LinkState
from core.ui.figures.component import element_key

_KEY = "link state"
APP = "Inverse problems"
"""The name of the laboratory, as the browser's tab shows it."""

_FRONTEND = Path(__file__).parent / "frontend"
_component = st.components.v2.component(
    "permalink",
    html='<button type="button" class="lab-copy-link" aria-live="polite" hidden></button>',
    css=(_FRONTEND / "permalink.css").read_text(),
    js=(_FRONTEND / "permalink.js").read_text(),
    isolate_styles=False,
)


def current() -> LinkState:
    """Return the state of the link of this session."""
    return state_of(st.session_state)


def state_of(session: Any) -> LinkState:
    """Return the state of the link of a session, given its `session_state`."""
    state: LinkState | None = session.get(_KEY)
    if state is None:
        state = session[_KEY] = LinkState()
    return state


def begin(page: str) -> None:
    """Start a run of the whole page of this title."""
    current().begin(page, dict(st.query_params), from_history=_from_history())


def _from_history() -> bool:
    """Whether the browser's Back or Forward asked for this run.

    Streamlit tells this to its own bound widgets only, by an attribute of the run's context.
    """
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def follow(query: Mapping[str, str], names: Iterable[str]) -> None:
    """Set the controls of these names as a link with this query would: for callbacks."""
    current().follow(query, names)


def run_whole_page() -> None:
    """Where a part of a page runs alone and somebody there has called `follow`: run all of it."""
    link = current()
    if link.has_followed and not link.whole_page:
        st.rerun()


def finish() -> list[str]:
    """End the run of a whole page; return the sentences about its link."""
    return current().finish()


def browser_title() -> str:
    """What the browser's tab shows: page, open step and laboratory."""
    title = current().title
    return APP if title in ("", APP) else f"{title} – {APP}"


def copy_button() -> None:
    """Write the link into the address and draw the button that copies it."""
    _mount("copy_link", label="Copy link")


def publish(name: str) -> None:
    """Write the link into the address after a fragment has changed a part of it.

    In a run of the whole page the link is not complete yet, and is left to `copy_button`.
    """
    if not current().whole_page:
        _mount(f"publish {name}", label="")


def _mount(key: str, *, label: str) -> None:
    link = current()
    # The time tells an old answer, drawn again for another theme, from a new one. For a list
    # Streamlit would load pandas, to see whether it is a table of data.
    _component(
        key=element_key(key),
        data={
            "query": link.published(),
            "page": link.page,
            "steps": tuple(link.steps),
            "title": browser_title(),
            "label": label,
            "at": time.time(),
        },
        height="content",
    )

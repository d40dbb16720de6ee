"""The link of a picture: everything that defines it stands in the address of the page.

A link is read when a session starts or when a scene is opened. From then on the controls hold
the values, and the address follows them; values at their defaults are left out of it.
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from core.methods.parameters import Parameter, Value
from core.ui.scan_link import text_of

_WAITING = "permalink: to be read"
_QUERY = "permalink: of this page"
_NOTICES = "permalink: what could not be read"
_NEW_NOTICES = "permalink: what could not be read now"
_WHOLE_PAGE = "permalink: the whole page is running"

_FRONTEND = Path(__file__).parent / "frontend"
_component = st.components.v2.component(
    "permalink",
    html='<button type="button" class="lab-copy-link" aria-live="polite" hidden></button>',
    css=(_FRONTEND / "permalink.css").read_text(),
    js=(_FRONTEND / "permalink.js").read_text(),
    isolate_styles=False,
)


def begin() -> None:
    """Start a run of a whole page; in the first one of a session the address is read."""
    state = st.session_state
    if _WAITING not in state:
        state[_WAITING] = dict(st.query_params)
    state[_QUERY], state[_NEW_NOTICES], state[_WHOLE_PAGE] = {}, [], True


def follow(query: Mapping[str, str], names: Iterable[str]) -> None:
    """Set the controls of these names as a link with this query would: for callbacks."""
    st.session_state[_WAITING] = {name: query.get(name) for name in names}


def waiting(name: str) -> bool:
    """Whether a link has something to say about the control of this name."""
    return name in st.session_state.get(_WAITING, {})


def take(name: str) -> str | None:
    """What the link says about a control, once; None asks for its default."""
    text: str | None = st.session_state[_WAITING].pop(name)
    return text


def record(parameter: Parameter, name: str, value: Value) -> None:
    """Put a value into the link of the page, or leave its name out at the default."""
    query = st.session_state.setdefault(_QUERY, {})
    if value == parameter.default:
        query.pop(name, None)
    else:
        query[name] = text_of(value)


def note(sentence: str) -> None:
    """Keep a sentence about the link for the top of the page."""
    st.session_state[_NEW_NOTICES].append(sentence)


def query() -> dict[str, str]:
    """The query of the page as it stands, in the order of its controls."""
    return dict(st.session_state.get(_QUERY, {}))


def finish() -> list[str]:
    """End the run of a whole page; return the sentences about its link.

    They stand until the link changes: the page may run again by itself, when a job ends.
    """
    state = st.session_state
    state[_WAITING] = {}
    state[_WHOLE_PAGE] = False
    said_of, sentences = state.get(_NOTICES, ({}, []))
    if state[_NEW_NOTICES] or said_of != query():
        sentences = state[_NEW_NOTICES]
    state[_NOTICES] = (query(), sentences)
    return list(sentences)


def copy_button() -> None:
    """Write the link into the address and draw the button that copies it."""
    _mount("copy_link", label="Copy link")


def publish(name: str) -> None:
    """Write the link into the address after a fragment has changed a part of it.

    In a run of the whole page the link is not complete yet, and is left to `copy_button`.
    """
    if not st.session_state.get(_WHOLE_PAGE, False):
        _mount(f"publish_{name}", label="")


def _mount(key: str, *, label: str) -> None:
    # The time tells an old answer, drawn again for another theme, from a new one.
    _component(
        key=key,
        data={"query": urlencode(query()), "label": label, "at": time.time()},
        height="content",
    )

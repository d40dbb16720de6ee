"""The link of a picture: everything that defines it stands in the address of the page.

A link is read when a session starts or when a scene is opened. From then on the controls hold
the values, and the address follows them; values at their defaults are left out of it.

A page runs many times without anybody touching it: a run may be broken off by the next one, a job
that ends asks for another, and some parts are drawn only once there is something to draw. None of
this may lose what a link asks for, or what is said of it.
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from core.methods.parameters import Parameter, Value
from core.ui.component import element_key
from core.ui.scan_link import text_of

_PAGE = "permalink: page"
_WAITING = "permalink: to be read"
_LATE = "permalink: to be read by parts of this page that are not drawn yet"
_QUERY = "permalink: of this page"
_VALUES = "permalink: what the controls of this page held last"
_CHANGED = "permalink: somebody changed a control"
_NOTICES = "permalink: what could not be read"
_NEW_NOTICES = "permalink: what could not be read, not said yet"
_WHOLE_PAGE = "permalink: the whole page is running"

_FRONTEND = Path(__file__).parent / "frontend"
_component = st.components.v2.component(
    "permalink",
    html='<button type="button" class="lab-copy-link" aria-live="polite" hidden></button>',
    css=(_FRONTEND / "permalink.css").read_text(),
    js=(_FRONTEND / "permalink.js").read_text(),
    isolate_styles=False,
)


def begin(page: str) -> None:
    """Start a run of the whole page of this title; the first of a session reads the address."""
    state = st.session_state
    if _WAITING not in state:
        state[_WAITING], state[_NEW_NOTICES] = dict(st.query_params), []
    if state.get(_PAGE) != page:
        state[_PAGE], state[_LATE], state[_VALUES], state[_NOTICES] = page, {}, {}, []
        state[_CHANGED] = False
    state[_QUERY], state[_WHOLE_PAGE] = {}, True


def follow(query: Mapping[str, str], names: Iterable[str]) -> None:
    """Set the controls of these names as a link with this query would: for callbacks."""
    state = st.session_state
    state[_WAITING], state[_LATE] = {name: query.get(name) for name in names}, {}
    state[_CHANGED] = True


def waiting(name: str) -> bool:
    """Whether a link has something to say about the control of this name."""
    state = st.session_state
    return name in state.get(_WAITING, {}) or name in state.get(_LATE, {})


def take(name: str) -> str | None:
    """What the link says about a control, once; None asks for its default."""
    state = st.session_state
    text: str | None = state[_WAITING if name in state[_WAITING] else _LATE].pop(name)
    return text


def record(parameter: Parameter, name: str, value: Value) -> None:
    """Put a value into the link of the page, or leave its name out at the default."""
    state = st.session_state
    query, values = state.setdefault(_QUERY, {}), state.setdefault(_VALUES, {})
    if values.setdefault(name, value) != value:
        values[name], state[_CHANGED] = value, True
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

    They stand until somebody changes a control or leaves the page.
    """
    state = st.session_state
    said = [] if state[_CHANGED] else state[_NOTICES]
    state[_NOTICES] = [*said, *state[_NEW_NOTICES]]
    state[_LATE] |= state[_WAITING]
    state[_NEW_NOTICES], state[_WAITING] = [], {}
    state[_CHANGED] = state[_WHOLE_PAGE] = False
    return list(state[_NOTICES])


def copy_button() -> None:
    """Write the link into the address and draw the button that copies it."""
    _mount("copy_link", label="Copy link")


def publish(name: str) -> None:
    """Write the link into the address after a fragment has changed a part of it.

    In a run of the whole page the link is not complete yet, and is left to `copy_button`.
    """
    if not st.session_state.get(_WHOLE_PAGE, False):
        _mount(f"publish {name}", label="")


def _mount(key: str, *, label: str) -> None:
    # The time tells an old answer, drawn again for another theme, from a new one.
    _component(
        key=element_key(key),
        data={"query": urlencode(query()), "label": label, "at": time.time()},
        height="content",
    )

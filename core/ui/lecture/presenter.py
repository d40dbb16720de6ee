"""The presentation: a large page with the pictures first, and the keys that lead through it."""

import html
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import segno
import streamlit as st

from core.ui.figures.component import element_key, serve_folder
from core.ui.lecture import session
from core.ui.lecture.scene import Rows, Scene
from core.ui.lecture.session import Session

_FRONTEND = Path(__file__).parent / "frontend"
_KEY = "presenter"
_NAME = "lab.presenter"
_CODE = "presenter: QR code"
_COLUMNS = 60
_BESIDE = 23
"""Columns of the grid, and those that the words take where they stand beside the pictures."""
_PARTS = (
    ".st-key-scene",
    ".st-key-speaker_note",
    f".st-key-{re.sub('[^a-zA-Z0-9_-]', '-', element_key(_KEY))}",
)
"""What is never hidden."""


def stage_style(now: Session) -> None:
    """Give the page its look while it is presented, before anything of it is drawn."""
    if now.present:
        st.html(f"<style>{style(now.scene)}</style>")


def present_button() -> None:
    """Draw the button that begins the presentation."""
    st.button(
        "Present",
        key="present this page",
        icon=":material/present_to_all:",
        help="Large type and the pictures first, for a projector: key P. H shows the keys.",
        on_click=session.present,
        args=(True,),
    )


def presenter(now: Session, *, by_hand: bool) -> None:
    """Mount the keys, and the look of the page while it is presented.

    by_hand : whether the figures are drawn by hand now.
    """
    scene = now.scene
    if scene is not None and scene.note:
        with st.container(key="speaker_note"):
            st.markdown(scene.note)
    number, names = session.step_of_page()
    if now.lecture is not None and scene is not None:
        number, names = now.number, [one.name for one in now.lecture.scenes]
    titles = [one.title for one in now.lecture.scenes] if now.lecture is not None else []
    serve_folder(_NAME, _FRONTEND)
    _component()(
        key=element_key(_KEY),
        data={
            "present": now.present,
            "byHand": by_hand,
            "lecture": now.lecture.title if now.lecture is not None else "",
            "titles": tuple(titles),
            "names": tuple(names),
            "number": number,
            "kind": "scene" if now.lecture is not None else "step",
            "question": _place(now) if scene is not None and scene.question else "",
            "rows": tuple(" ".join(selectors(row)) for row in (scene.show if scene else ())),
            "beside": bool(scene and scene.beside),
            "code": st.session_state.get(_CODE, ""),
        },
        height="content",
        on_act_change=_act,
    )


def _act() -> None:
    """What a key has asked for: called before the page runs again."""
    action: dict[str, Any] | None = st.session_state[element_key(_KEY)].get("act")
    if action is None:
        return
    if "link" in action:
        st.session_state[_CODE] = qr_code(str(action["link"]))
    else:
        session.act(action)


def qr_code(link: str) -> str:
    """A QR code of a link as SVG, with the link below it."""
    code = segno.make(link[:2000], error="l", micro=False)
    drawing: str = code.svg_inline(scale=4, border=3, dark="#000", light="#fff", omitsize=True)
    return f"{drawing}<p>{html.escape(link)}</p><time hidden>{time.time()}</time>"


def _place(now: Session) -> str:
    """What a question is remembered under."""
    assert now.lecture is not None
    assert now.scene is not None
    return f"{now.lecture.name}/{now.scene.name}"


def style(scene: Scene | None) -> str:
    """The rules of a presented page: what is seen of it, and where it stands."""
    shown = [*_PARTS, *(part for row in (scene.show if scene else ()) for part in selectors(row))]
    if scene is None or not scene.show:
        shown.append('[data-testid="stElementContainer"]:has(.lab-figure, .lab-table)')
    kept = ", ".join(f"{part}, {part} *" for part in shown)
    hidden = '[data-testid="stElementContainer"], [role="tablist"], [data-testid="stExpander"]'
    hidden += ', [data-testid="stPopover"], [data-testid="stForm"]'
    body = "body:not([data-lab-controls])"
    page = f'{body} [data-testid="stMainBlockContainer"]'
    boxes = (
        '[data-testid="stLayoutWrapper"], [data-testid="stVerticalBlock"], '
        '[data-testid="stHorizontalBlock"], [data-testid="stColumn"], [data-testid="stTabs"], '
        '[data-testid="stTabs"] > div, [data-testid="stTabPanel"]'
    )
    rules = [
        f"{page} :is({hidden}):not({kept}) {{ display: none !important; }}",
        f"{page} > div :is({boxes}):not({kept}) {{ display: contents !important; }}",
    ]
    if scene is not None and scene.show:
        rules += _grid(page, scene.show, beside=scene.beside)
    return "\n".join(rules)


def _grid(page: str, rows: Rows, *, beside: bool) -> Iterator[str]:
    """The places of the words and of each row, on screens that are wide enough."""
    first, start = (1, _BESIDE + 1) if beside else (2, 1)
    words = f"1 / span {len(rows)}" if beside else "1"
    width = f"1 / span {_BESIDE}" if beside else "1 / -1"
    yield "@media (min-width: 900px) {"
    yield (
        f"{page} > div {{ display: grid !important; grid-template-columns: "
        f"repeat({_COLUMNS}, minmax(0, 1fr)); gap: 0.5rem 0 !important; align-content: start; }}"
    )
    gap = "padding-right: 2rem;" if beside else ""
    yield f"{page} .st-key-scene {{ grid-row: {words}; grid-column: {width}; {gap} }}"
    for number, row in enumerate(rows, start=first):
        wide = (_COLUMNS - start + 1) // len(row)
        for place, name in enumerate(row):
            column = f"{start + place * wide} / span {wide}"
            yield (
                f"{page} :is({', '.join(selectors((name,)))}) "
                f"{{ grid-row: {number}; grid-column: {column}; min-width: 0; width: auto; }}"
            )
    yield "}"


def selectors(names: tuple[str, ...]) -> list[str]:
    """The CSS selectors of figures and parts of a page."""
    return [
        f".st-key-{re.sub('[^a-zA-Z0-9_-]', '-', key)}"
        for name in names
        for key in (element_key(name), name)
    ]


@cache
def _component() -> Any:
    css = (_FRONTEND / "presenter.css").read_text()
    return st.components.v2.component(_NAME, css=css, js="presenter.js", isolate_styles=False)

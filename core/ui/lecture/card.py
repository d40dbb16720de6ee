"""The words of a scene: above the page, or large while it is presented; and its question."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.number_format import significant
from core.ui.figures.component import element_key
from core.ui.lecture import session
from core.ui.lecture.scene import Question
from core.ui.lecture.session import Session

_FRONTEND = Path(__file__).parent / "frontend"


def scene_card(now: Session) -> None:
    """Draw the open scene of a lecture."""
    lecture, scene = now.lecture, now.scene
    if lecture is None:
        return
    with st.container(key="scene", border=not now.present):
        if scene is None:
            _way_back(now)
            return
        if not now.present:
            _ways(now)
        st.markdown(f"### {scene.title}")
        if scene.equation and not scene.beside:
            words, equation = st.columns([3, 2], gap="large", vertical_alignment="center")
        else:
            words = equation = st.container()
        with words:
            st.markdown(scene.text)
        if scene.equation:
            equation.latex(scene.equation)
        if scene.question is not None:
            _question(scene.question, f"{lecture.name}/{scene.name}")


def _ways(now: Session) -> None:
    """The lecture, the place in it, and the buttons to go on."""
    assert now.lecture is not None
    scenes, number = now.lecture.scenes, now.number
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scene_ways"):
        st.caption(f"{now.lecture.title} · {number + 1} of {len(scenes)}", width="stretch")
        for label, icon, other in (
            ("Back", ":material/arrow_back:", number - 1),
            ("Next", ":material/arrow_forward:", number + 1),
        ):
            inside = 0 <= other < len(scenes)
            st.button(
                label,
                key=f"scene {label}",
                icon=icon,
                type="primary" if label == "Next" else "secondary",
                disabled=not inside,
                on_click=session.open_scene,
                args=(scenes[other].name if inside else "",),
            )
        st.button("Leave", key="scene leave", type="tertiary", on_click=session.leave)


def _way_back(now: Session) -> None:
    """On a page to which the visitor has wandered off: the way back to the lecture."""
    assert now.lecture is not None
    name = str(st.session_state.get("scene", now.lecture.scenes[0].name))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{now.lecture.title}: this page is not that of the scene.", width="stretch")
        st.button(
            "Back to the scene", key="scene return", on_click=session.open_scene, args=(name,)
        )
        st.button("Leave", key="scene leave", type="tertiary", on_click=session.leave)


def _question(question: Question, place: str) -> None:
    """Ask; the browser keeps what was chosen, and covers the figures until the answer is shown."""
    st.markdown(f"**{question.text}**")
    answer = (
        question.answer
        if isinstance(question.answer, str)
        else f"{significant(question.answer)} {question.unit}".strip()
    )
    _component()(
        key=element_key("question"),
        data={
            "place": place,
            "options": question.options,
            "unit": question.unit,
            "answer": answer,
        },
        height="content",
    )
    if question.explanation:
        with st.container(key="explanation"):
            st.markdown(question.explanation)
    covered = f'body:not([data-lab-revealed="{place}"])'
    st.html(
        f"<style>{covered} .st-key-explanation {{ display: none; }} {covered} "
        '[data-testid="stMainBlockContainer"] .lab-figure { visibility: hidden; }</style>'
    )


@cache
def _component() -> Any:
    return st.components.v2.component(
        "question",
        css=(_FRONTEND / "question.css").read_text(),
        js=(_FRONTEND / "question.js").read_text(),
        isolate_styles=False,
    )

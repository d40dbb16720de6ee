"""Where a visitor is in a lecture: which scene, and whether it is presented. The link keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import InputError
from core.parameter import Parameter
from core.problem.scan import Scan
from core.ui.appearance import draw_by_hand
from core.ui.controls import drawn_controls, parameter_controls, permalink
from core.ui.controls.link_sentence import plain_text
from core.ui.controls.parameter_controls import linked, wanted
from core.ui.home.page import COURSE
from core.ui.lecture.library import lecture_named
from core.ui.lecture.scene import Lecture, Scene
from core.ui.lecture.setting import COMPANIONS, set_up
from core.ui.lesson import opened_step

_LECTURE = Parameter(name="lecture", default="")
_SCENE = Parameter(name="scene", default="")
_PRESENT = Parameter(name="present", default=False)
_HIDE = Parameter(name="hide", default="")
_LOCK = Parameter(name="lock", default="")

_GO, _SCREEN = "lecture: scene to be opened", "lecture: scan on screen"
_PAGES = {"Inverse problems": "home"} | {title: Path(script).stem for script, title, _ in COURSE}
"""The paths of the pages by their titles, in the order of the course."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """What of a lecture is on screen.

    present : whether the page is presented: large, with the pictures first.
    """

    lecture: Lecture | None = None
    scene: Scene | None = None
    present: bool = False

    @property
    def number(self) -> int:
        """The place of the scene in its lecture, from 0."""
        assert self.lecture is not None
        assert self.scene is not None
        return list(self.lecture.scenes).index(self.scene)


def begin(title: str) -> Session:
    """Find out where the visitor is; open the page of the scene if this is another one.

    A link that names a scene and nothing else sets it up; one that names settings as well is the
    scene as somebody has changed it.
    """
    asked = set(permalink.current().unread)
    lecture, scene = _found(str(linked(_LECTURE)), str(linked(_SCENE)))
    present = _presented()
    hide, lock = str(linked(_HIDE)), str(linked(_LOCK))
    if lecture is not None and scene is not None:
        go = st.session_state.pop(_GO, None)
        elsewhere = _PAGES.get(title) != scene.page
        if go or ("lecture" in asked and (elsewhere or asked <= {*COMPANIONS})):
            set_up(lecture, scene, st.session_state.get(_SCREEN, Scan()))
            if elsewhere:
                st.switch_page(scene.script)
        parameter_controls.keep(_SCENE, scene.name)
    scene = None if scene is None or _PAGES.get(title) != scene.page else scene
    drawn_controls.restrict(
        hide=(*_names(hide), *(scene.hide if scene else ())),
        lock=(*_names(lock), *(scene.lock if scene else ())),
    )
    return Session(lecture=lecture, scene=scene, present=present)


def remember(scan: Scan) -> None:
    """Keep the scan on screen, of which the next scene may keep the image."""
    st.session_state[_SCREEN] = scan


def open_scene(name: str) -> None:
    """Open a scene of the lecture, set up anew: for callbacks."""
    st.session_state[_SCENE.name] = name
    st.session_state[_GO] = True


def open_lecture(lecture: Lecture, *, present: bool = False) -> None:
    """Open the first scene of a lecture: for callbacks."""
    st.session_state[_LECTURE.name] = lecture.name
    st.session_state[_PRESENT.name] = present
    open_scene(lecture.scenes[0].name)


def leave() -> None:
    """Leave the lecture, and the presentation with it: for callbacks."""
    st.session_state[_LECTURE.name] = st.session_state[_SCENE.name] = ""
    st.session_state[_PRESENT.name] = False


def present(on: bool) -> None:
    """Begin or end the presentation: for callbacks."""
    st.session_state[_PRESENT.name] = on


def open_step(number: int) -> None:
    """Open a step of the page by its number from 0; beyond the last one, the next page."""
    names, _ = opened_step()
    if 0 <= number < len(names):
        permalink.follow({"step": names[number]}, ["step"])


def step_of_page() -> tuple[int, Sequence[str]]:
    """The number of the open step of the page, and the names of all."""
    names, chosen = opened_step()
    return (names.index(chosen) if chosen in names else 0), names


def _presented() -> bool:
    on = bool(wanted(_PRESENT, _PRESENT.name, _PRESENT.name))
    st.session_state[_PRESENT.name] = on
    permalink.current().record(_PRESENT.name, on, "1" if on else "")
    return on


def _found(name: str, scene: str) -> tuple[Lecture | None, Scene | None]:
    """The lecture and the scene of these names, the first where there is none of that name."""
    if not name:
        return None, None
    try:
        lecture = lecture_named(name)
    except InputError as error:
        permalink.current().note(plain_text(str(error)))
        return None, None
    found = lecture.scene(scene)
    if scene and found is None:
        names = ", ".join(one.name for one in lecture.scenes)
        permalink.current().note(
            plain_text(f"{lecture.title} has no scene {scene!r}; it has {names}.")
        )
    return lecture, found or lecture.scenes[0]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def act(action: dict[str, Any]) -> None:
    """Do what a key of the presenter asks for."""
    if "scene" in action:
        open_scene(str(action["scene"]))
    elif "step" in action:
        open_step(int(action["step"]))
    elif "present" in action:
        present(bool(action["present"]))
    elif "by_hand" in action:
        draw_by_hand(bool(action["by_hand"]))

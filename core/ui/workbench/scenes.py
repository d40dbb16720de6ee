"""Things to try: one click sets up the scan and the methods for a point worth seeing."""

import streamlit as st

from core.problem.scan import Scan
from core.ui.arrival import bring_with
from core.ui.lecture.library import scenes_of
from core.ui.lecture.scene import Lecture, Scene
from core.ui.lecture.setting import set_up


def scenes_tab(name: str, scan: Scan) -> None:
    """Draw the scenes of a lecture of this page, two beside each other."""
    lecture, scenes = scenes_of(name)
    columns = st.columns(2, gap="medium")
    for number, scene in enumerate(scenes):
        with columns[number % 2], st.container(border=True, gap="small"):
            st.markdown(f"**{scene.title}.** {scene.text}")
            st.button(
                "Set it up",
                key=f"scene {number}",
                icon=":material/science:",
                on_click=_set_up,
                args=(lecture, scene, scan),
            )


def _set_up(lecture: Lecture, scene: Scene, scan: Scan) -> None:
    set_up(lecture, scene, scan, spared=("tab",))
    bring_with(f"**{scene.title}** is set up. {scene.text}")

"""Things to try: one click sets up the scan and the methods for a point worth seeing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.problem.scan import Scan
from core.ui.arrival import bring_with
from core.ui.controls import permalink
from core.ui.scan.link import SCANNER_NAMES, scan_query
from core.ui.scan.source import DATA
from core.ui.workbench.job_status import LETTERS


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A button and what to look at. `scan` changes the scan; `methods` is part of a link.

    `methods` names the methods ("a", "b", "c") and whatever parameters differ from defaults.
    """

    title: str
    text: str
    methods: Mapping[str, str] = field(default_factory=dict)
    scan: Callable[[Scan], Scan] | None = None


def scenes_tab(scenes: Sequence[Scene], scan: Scan) -> None:
    """Draw the scenes, two beside each other."""
    columns = st.columns(2, gap="medium")
    for number, scene in enumerate(scenes):
        with columns[number % 2], st.container(border=True, gap="small"):
            st.markdown(f"**{scene.title}.** {scene.text}")
            st.button(
                "Set it up",
                key=f"scene {number}",
                icon=":material/science:",
                on_click=_set_up,
                args=(scene, scan),
            )


def _set_up(scene: Scene, scan: Scan) -> None:
    # A place that the scene does not name is emptied, but for the first, which is never empty.
    query = {**dict.fromkeys((letter.lower() for letter in LETTERS[1:]), "none"), **scene.methods}
    names = [*query]
    if scene.scan is not None:
        query |= scan_query(scene.scan(scan))
        names += ["size", *SCANNER_NAMES, DATA.name]
    permalink.follow(query, names)
    bring_with(f"**{scene.title}** is set up. {scene.text}")

"""Setting the laboratory up for a scene: for callbacks, and before a page is opened."""

from collections.abc import Iterable

from core.problem.scan import Scan
from core.ui.appearance import HAND_DRAWN
from core.ui.controls import permalink
from core.ui.lecture.scene import Lecture, Scene

COMPANIONS = ("lecture", "scene", "present", "hide", "lock", HAND_DRAWN.name)
"""The names in the link that go with a lecture from page to page."""


def set_up(lecture: Lecture, scene: Scene, scan: Scan, spared: Iterable[str] = ()) -> None:
    """Set every control of the scene's page, which is to be run next.

    `scan` is the one on screen, of which a lecture may keep the image; `spared` are further names
    that stay as they are.
    """
    permalink.current().set_exactly(
        lecture.query(scene, scan), {*lecture.kept_names, *COMPANIONS, *spared}
    )

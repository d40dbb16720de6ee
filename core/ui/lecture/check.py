"""Checking a lecture: its files are read, and each scene is opened on its page, without a browser.

What a page offers (its steps, its controls, their ranges, its figures) is thus asked of the page
itself.
"""

import time
from collections.abc import Iterator
from fnmatch import filter as filter_names
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Node

from core.problem.stored import ASSETS
from core.ui.controls.permalink import state_of
from core.ui.figures.component import element_key
from core.ui.lecture.library import read_lecture, scene_files
from core.ui.lecture.scene import Scene
from core.ui.lecture.scene_file import Problem, SceneFileError, lines_of, name_of, read_scene
from core.ui.lecture.setting import COMPANIONS

APP = ASSETS.parent / "streamlit_app.py"
PATIENCE_SECONDS = 300.0
"""How long a scene may take until all of it is there."""


def check(path: Path) -> list[Problem]:
    """All that is wrong with a scene, or with a folder of scenes."""
    try:
        scenes = read_lecture(path).scenes if path.is_dir() else (read_scene(path),)
    except SceneFileError as error:
        return list(error.problems)
    files = {name_of(file): file for file in scene_files(path)} if path.is_dir() else {}
    return [problem for scene in scenes for problem in opened(scene, files.get(scene.name, path))]


def opened(scene: Scene, path: Path) -> list[Problem]:
    """Open a scene on its page; return what the page does not know or allow."""
    app = AppTest.from_file(APP, default_timeout=PATIENCE_SECONDS)
    for name, text in scene.state.items():
        app.query_params[name] = text
    app.switch_page(scene.script).run()
    end = time.monotonic() + PATIENCE_SECONDS
    while _under_way(app) and time.monotonic() < end:
        time.sleep(0.2)
        app.run()
    lines = lines_of(path)
    return [
        Problem(path=path, line=lines(field), field=field, sentence=sentence)
        for field, sentence in _complaints(app, scene)
    ]


def _under_way(app: AppTest) -> bool:
    """Whether the page waits for a job."""
    return any(node.type == "progress" for node in _nodes(app.main))


def _complaints(app: AppTest, scene: Scene) -> Iterator[tuple[str, str]]:
    """The fields that the page does not understand, each with a sentence."""
    for failure in app.exception:
        yield "page", f"The page fails in this state: {failure.value}"
    for error in app.error:
        yield "state", f"The page says in this state: {error.value}"
    link = state_of(app.session_state)
    for name, sentence in link.refused.items():
        yield f"state.{name}", sentence.partition("; the link was read")[0].rstrip(".") + "."
    names = [name for name in link.names if name not in COMPANIONS]
    offered = f"in this state it has {', '.join(names)}."
    for name in link.unread:
        yield f"state.{name}", f"The page {scene.page} has nothing of this name; {offered}"
    for field, patterns in (("hide", scene.hide), ("lock", scene.lock)):
        for name in patterns:
            if not filter_names(names, name):
                yield field, f"The page {scene.page} has no control {name!r}; {offered}"
    parts = sorted({key for node in _nodes(app.main) if (key := getattr(node, "key", None))})
    known = [part.removeprefix(element_key("")) for part in parts]
    for name in (name for row in scene.show for name in row):
        if name not in known:
            yield (
                "show",
                f"The page {scene.page} has no figure or part {name!r}; in this state it has "
                f"{', '.join(known)}.",
            )


def _nodes(node: Node) -> Iterator[Node]:
    """An element of a page and all that it holds."""
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)

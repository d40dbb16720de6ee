"""The lectures that there are: folders of scenes in `assets/lectures`, and one of the lecturer."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.problem.stored import ASSETS
from core.ui.lecture.fields import several, switch, words
from core.ui.lecture.scene import Lecture, Scene
from core.ui.lecture.scene_file import (
    Problem,
    SceneFileError,
    line_of,
    read_fields,
    read_scene,
)

FOLDER = ASSETS / "lectures"
HEAD = "lecture.toml"
OWN_FOLDER = "LECTURE_FOLDER"
"""Names the folder of a lecture elsewhere, in the environment."""


def lecture_names() -> tuple[str, ...]:
    """The names of all lectures, those of the laboratory first."""
    return tuple(_folders())


def lecture_named(name: str) -> Lecture:
    """The lecture of this name, as its files are now.

    Raises `InputError` where there is none, or its files are wrong.
    """
    folders = _folders()
    if name not in folders:
        raise InputError(f"There is no lecture {name!r}; there are {', '.join(folders)}.")
    return read_lecture(folders[name])


def listed_lectures() -> tuple[Lecture, ...]:
    """The lectures that the home page offers."""
    lectures = (lecture_named(name) for name in lecture_names())
    return tuple(lecture for lecture in lectures if lecture.listed)


def scenes_of(name: str) -> tuple[Lecture, tuple[Scene, ...]]:
    """A lecture of the laboratory with its scenes."""
    lecture = read_lecture(FOLDER / name)
    return lecture, tuple(lecture.scenes)


def read_lecture(folder: Path) -> Lecture:
    """The lecture of a folder; raises `SceneFileError` with all that is wrong in its files."""
    files = (folder / HEAD, *scene_files(folder))
    return _read(folder, tuple((path, _age(path)) for path in files))


def scene_files(folder: Path) -> tuple[Path, ...]:
    """The files of the scenes of a folder."""
    return tuple(sorted(folder.glob("*.md")))


@lru_cache(maxsize=64)
def _read(folder: Path, files: tuple[tuple[Path, int], ...]) -> Lecture:
    head, problems, scenes = folder / HEAD, list[Problem](), list[Scene]()
    about: Mapping[str, Any] = {}
    try:
        about = _about(head)
    except SceneFileError as error:
        problems += error.problems
    places: dict[float, Path] = {}
    for path, _ in files[1:]:
        try:
            scene = read_scene(path)
        except SceneFileError as error:
            problems += error.problems
            continue
        if scene.order in places:
            other = places[scene.order].name
            sentence = f"{other} has the order {scene.order:g} as well; each scene has its own."
            problems.append(Problem(path=path, line=2, field="order", sentence=sentence))
        places[scene.order] = path
        scenes.append(scene)
    if not scenes and not problems:
        sentence = "The folder holds no scene: no file whose name ends in .md."
        problems.append(Problem(path=folder, line=1, field="", sentence=sentence))
    if problems:
        raise SceneFileError(problems)
    ordered = tuple(sorted(scenes, key=lambda scene: scene.order))
    return Lecture(name=folder.name, folder=folder, scenes=ordered, **about)


def _about(path: Path) -> dict[str, Any]:
    """What the file of a lecture says of all its scenes; its folder's name where it is missing."""
    if not path.exists():
        return {"title": path.parent.name.replace("_", " ").capitalize()}
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        sentence = "The file cannot be read, or is not written in UTF-8."
        raise SceneFileError([Problem(path=path, line=1, field="", sentence=sentence)]) from None
    problems: list[Problem] = []

    def complain(field: str, sentence: str) -> None:
        line = line_of(text, field, 1)
        problems.append(Problem(path=path, line=line, field=field, sentence=sentence))

    fields = read_fields(path, text, 1, complain)
    about = {
        "title": fields.take("title", words, required=True, default=""),
        "text": fields.take("text", words, default=""),
        "keep": frozenset(fields.take("keep", several("image", "size"), default=())),
        "listed": fields.take("listed", switch, default=True),
    }
    fields.finish()
    if problems:
        raise SceneFileError(problems)
    return about


def _folders() -> dict[str, Path]:
    folders = [path.parent for path in sorted(FOLDER.glob(f"*/{HEAD}"))]
    if own := os.environ.get(OWN_FOLDER):
        folders.append(Path(own))
    return {folder.name: folder for folder in folders}


def _age(path: Path) -> int:
    """What changes when the file does."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0

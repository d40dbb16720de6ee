"""Scenes as files: what may stand in them, and what is said of those that are wrong."""

import re
from dataclasses import replace

import pytest

from core.cli.commands import main
from core.errors import InputError
from core.problem.images import RandomEllipses, SheppLogan
from core.problem.scan import Scan
from core.ui.lecture import library
from core.ui.lecture.check import check
from core.ui.lecture.command import check_lecture
from core.ui.lecture.scene import Question
from core.ui.lecture.scene_file import PAGES, SceneFileError, read_scene

WHOLE = """\
+++
order = 3
title = "Two views"
page = "forward"
equation = 'd = Gm'
note = "Wait for answers."
show = ["gantry", ["gantry_image", "gantry_sinogram"]]
hide = ["noise"]
lock = ["size"]

[state]
step = "view"
size = 64
angles = 12
finer_grid = true
"b.lsqr.iterations" = 7
angle_list = [0, 22.5]

[question]
text = "How many?"
options = ["Two", "Twelve"]
answer = "Twelve"
explanation = "One *row* each."
+++

Each view is a **row**.
"""


@pytest.fixture
def scene(tmp_path):
    """Give a function that writes a scene, a part of it replaced, and returns its file."""

    def write(before="", after="", content=WHOLE, name="03_two_views.md"):
        path = tmp_path / "course" / name
        path.parent.mkdir(exist_ok=True)
        assert before in content
        path.write_text(content.replace(before, after, 1) if before else content)
        return path

    return write


def test_a_scene_holds_what_its_file_says(scene):
    read = read_scene(scene())
    assert (read.name, read.order, read.title, read.script) == (
        "two_views", 3, "Two views", "pages/forward.py",
    )  # fmt: skip
    assert read.text == "Each view is a **row**."
    assert read.equation == "d = Gm"
    assert read.note == "Wait for answers."
    assert read.show == (("gantry",), ("gantry_image", "gantry_sinogram"))
    assert (read.hide, read.lock) == (("noise",), ("size",))
    assert read.state == {
        "step": "view",
        "size": "64",
        "angles": "12",
        "finer_grid": "true",
        "b.lsqr.iterations": "7",
        "angle_list": "0,22.5",
    }
    assert read.question == Question(
        text="How many?",
        options=("Two", "Twelve"),
        answer="Twelve",
        explanation="One *row* each.",
    )


WRONG = {
    "no fence": ("+++\norder", "order", 1, "", "begins with a line +++"),
    "no end": ('"One *row* each."\n+++', '"One *row* each."', 25, "", "+++ that ends"),
    "no TOML": ("order = 3", "order 3", 2, "", "This is no TOML"),
    "missing": ('title = "Two views"\n', "", 2, "title", "This field is missing"),
    "unknown": ("order = 3", "order = 3\ncolour = 1", 3, "colour", "there are order, title"),
    "wrong page": ('"forward"', '"backward"', 4, "page", f"one of {', '.join(PAGES)}"),
    "wrong type": ("order = 3", 'order = "third"', 2, "order", "must be a number, not 'third'"),
    "wrong list": ('["noise"]', '"noise"', 8, "hide", "must be a list of texts, not 'noise'"),
    "wrong rows": ('["gantry",', "[1,", 7, "show", "must be a list of texts, not 1"),
    "wrong answer": ('"Twelve"\n', '"Many"\n', 22, "question.answer", "one of Two, Twelve"),
    "wrong value": ("size = 64", "size = [true]", 13, "state.size", "not [True]"),
    "taken name": ("size = 64", 'scene = "x"', 13, "state.scene", "is set by the lecture"),
    "dots": ('"b.lsqr.iterations"', "b.lsqr = 1\nb", 17, "", "names with dots"),
}


@pytest.mark.parametrize(("before", "after", "line", "field", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_told_by_line_field_and_what_is_allowed(
    before, after, line, field, words, scene
):
    path = scene(before, after)
    with pytest.raises(SceneFileError) as raised:
        read_scene(path)
    (problem,) = raised.value.problems
    assert (problem.line, problem.field) == (line, field)
    assert words in problem.sentence
    assert str(problem).startswith(f"{path}:{line}: {field}: " if field else f"{path}:{line}: ")


def test_all_that_is_wrong_is_said_at_once(scene):
    path = scene(content="+++\norder = true\npage = 'home'\nhide = []\n+++\n")
    with pytest.raises(SceneFileError) as raised:
        read_scene(path)
    assert [problem.field for problem in raised.value.problems] == ["order", "title", "hide"]


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "scene.md"
    path.write_bytes(b"+++\norder = 1\n\xff")
    with pytest.raises(SceneFileError, match=r"scene\.md:3: .*UTF-8"):
        read_scene(path)
    with pytest.raises(SceneFileError, match="cannot be read"):
        read_scene(tmp_path / "none.md")
    path.write_bytes(b"x" * 200_000)
    with pytest.raises(SceneFileError, match="100 kB"):
        read_scene(path)


def test_a_lecture_is_its_scenes_by_their_order(scene):
    first = scene("order = 3", "order = 1", name="10_first.md")
    scene()
    (first.parent / "lecture.toml").write_text('title = "A course"\nkeep = ["image"]\n')
    lecture = library.read_lecture(first.parent)
    assert (lecture.title, lecture.name, lecture.keep) == ("A course", "course", {"image"})
    assert [one.name for one in lecture.scenes] == ["first", "two_views"]
    first.write_text(first.read_text().replace("Two views", "One view"))
    assert library.read_lecture(first.parent).scenes[0].title == "One view"  # as saved just now


def test_what_is_wrong_with_a_lecture_names_its_files(scene, tmp_path):
    path = scene()
    scene(name="04_other.md")
    (path.parent / "lecture.toml").write_text('title = "A"\nkeep = ["picture"]\n')
    with pytest.raises(SceneFileError) as raised:
        library.read_lecture(path.parent)
    wrong, twice = map(str, raised.value.problems)
    assert re.search(r"lecture\.toml:2: keep: It must be one of image, size", wrong)
    assert re.search(r"04_other\.md:2: order: 03_two_views\.md has the order 3", twice)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SceneFileError, match="holds no scene"):
        library.read_lecture(empty)


def test_a_lecture_keeps_of_the_scan_what_it_says(scene):
    path = scene("angle_list = [0, 22.5]\n", "")
    lecture = library.read_lecture(path.parent)
    current = Scan(image=SheppLogan(), size=96)
    (one,) = lecture.scenes
    assert lecture.scan(one, current).size == 64
    assert lecture.scan(one, current).image == Scan().image
    keeping = replace(lecture, keep=frozenset({"image", "size"}))
    kept = keeping.scan(one, current)
    assert (kept.image, kept.size, kept.beam.view_count) == (SheppLogan(), 96, 12)
    assert kept.beam.field_radius >= 48  # the detectors cover it
    assert keeping.query(one, current)["detectors"] == str(kept.beam.detectors)
    assert {"image", "image_slice", "image_file", "size"} <= keeping.kept_names
    assert lecture.kept_names == set()
    named = replace(one, state={**one.state, "image": "ellipses"})
    assert keeping.scan(named, current).image == RandomEllipses()


def test_the_lectures_that_come_with_the_laboratory_can_be_read():
    for name in library.lecture_names():
        lecture = library.lecture_named(name)
        assert lecture.title
        assert lecture.scenes
    with pytest.raises(InputError, match="There is no lecture 'x'; there are"):
        library.lecture_named("x")


SMALL = """\
+++
order = 1
title = "A"
page = "forward"
show = ["gantry", "nothing"]
lock = ["angles", "wings"]

[state]
step = "view"
size = 5
angles = 12
wings = 2
+++
"""


def test_the_page_says_what_it_does_not_know(scene):
    """One opening of the page, for a scene that is wrong in four ways."""
    path = scene(content=SMALL)
    found = {(problem.line, problem.field): problem.sentence for problem in check(path)}
    assert set(found) == {(10, "state.size"), (12, "state.wings"), (5, "show"), (6, "lock")}
    assert re.match(r"Image size must be from 64 to \d+ pixels, not 5\.$", found[10, "state.size"])
    assert "has nothing of this name; in this state it has data, image" in found[12, "state.wings"]
    assert "no figure or part 'nothing'; in this state it has" in found[5, "show"]
    assert "gantry_image" in found[5, "show"]
    assert "no control 'wings'" in found[6, "lock"]


def test_the_command_prints_what_is_wrong_and_fails(scene, capsys):
    path = scene("order = 3", "order = '3'")
    further = {"lecture": lambda args: check_lecture(args.path)}
    assert main(["lecture", "check", str(path)], further=further) == 2
    assert capsys.readouterr().err == f"{path}:2: order: It must be a number, not '3'.\n"
    for other in (path / "none", "x" * 300):
        assert main(["lecture", "check", str(other)], further=further) == 2
        assert "There is no file or folder" in capsys.readouterr().err

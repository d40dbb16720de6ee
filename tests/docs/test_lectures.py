"""The example of the documentation is a scene, and its words name what there is."""

import re
from pathlib import Path

from core.ui.lecture.check import check
from core.ui.lecture.scene_file import PAGES, read_scene

TEXT = (Path(__file__).parents[2] / "docs" / "lectures.md").read_text(encoding="utf-8")


def test_the_example_is_a_scene_that_the_page_understands(tmp_path):
    """With fewer pixels and iterations than in the text, for it is computed."""
    example = re.search(r"```\n(\+\+\+\n.*?)```", TEXT, flags=re.DOTALL)[1]
    path = tmp_path / "02_too_few.md"
    path.write_text(example)
    assert read_scene(path).question.answer == "More"
    path.write_text(example.replace("angles = 16", "angles = 16\nsize = 64").replace("30", "3"))
    assert check(path) == []


def test_the_errors_are_those_that_the_program_prints(tmp_path):
    example = re.search(r"```\n(\+\+\+\n.*?)```", TEXT, flags=re.DOTALL)[1]
    path = tmp_path / "02_too_few.md"
    quoted = re.findall(r"^my_lecture/02_too_few.md:(\d+): (\S+): (.*)$", TEXT, flags=re.MULTILINE)
    faults = (('"classical_inversion"', '"backward"'), ("angles = 16", "angles = 0"))
    for (line, field, sentence), fault in zip(quoted, faults, strict=True):
        path.write_text(example.replace(*fault))
        (problem,) = check(path)
        assert (str(problem.line), problem.field) == (line, field)
        begin, _, end = sentence.partition("…")
        assert problem.sentence.startswith(begin)
        assert problem.sentence.endswith(end)


def test_every_field_and_page_is_described():
    fields = {*re.findall(r"`\[?(\w+)\]?`", "\n".join(re.findall(r"^\| .*", TEXT, re.MULTILINE)))}
    assert {*PAGES, "order", "title", "equation", "note", "show", "hide", "lock", "thumbnail"} <= (
        fields
    )
    assert {"caption", "state", "question", "text", "options", "answer", "unit", "explanation"} <= (
        fields
    )
    assert {"keep", "listed"} <= fields

"""A scene as a file: TOML between two lines of `+++`, and below them the text in Markdown.

`docs/lectures.md` says what may stand in it. What is wrong is said with the file, the line, the
field and what is allowed; all of it at once.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputError, quoted
from core.parameter import text_of
from core.problem.stored import ASSETS
from core.ui.lecture.fields import Complain, Fields, choices, number, texts, words
from core.ui.lecture.scene import Question, Rows, Scene

FENCE = "+++"
PAGES = tuple(sorted(path.stem for path in (ASSETS.parent / "pages").glob("*.py")))
THUMBNAILS = ("data", "fbp")
LARGEST_BYTES = 100_000
RESERVED = ("lecture", "scene", "present")
"""Names in the link that a scene itself brings along."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a file: where, in which field, and a sentence."""

    path: Path
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        """As compilers write it."""
        field = f"{self.field}: " if self.field else ""
        return f"{self.path}:{self.line}: {field}{self.sentence}"


class SceneFileError(InputError):
    """A file that is not a scene; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def read_scene(path: Path) -> Scene:
    """The scene of a file.

    Raises
    ------
    SceneFileError
        With everything that is wrong with it.
    """
    head, text, first = _parts(path)
    problems: list[Problem] = []

    def complain(field: str, sentence: str) -> None:
        problems.append(
            Problem(path=path, line=line_of(head, field, first), field=field, sentence=sentence)
        )

    fields = read_fields(path, head, first, complain)
    scene = _scene(path, fields, text)
    if problems:
        raise SceneFileError(sorted(problems, key=lambda problem: problem.line))
    return scene


def _scene(path: Path, fields: Fields, text: str) -> Scene:
    made = {
        "name": name_of(path),
        "text": text,
        "order": fields.take("order", number, required=True, default=0.0),
        "title": fields.take("title", words, required=True, default=""),
        "page": fields.take("page", choices(*PAGES), required=True, default=PAGES[0]),
        "equation": fields.take("equation", words, default=""),
        "note": fields.take("note", words, default=""),
        "show": fields.take("show", _rows, default=()),
        "layout": fields.take("layout", choices("above", "beside"), default="above"),
        "hide": fields.take("hide", texts, default=()),
        "lock": fields.take("lock", texts, default=()),
        "thumbnail": fields.take("thumbnail", choices(*THUMBNAILS), default=""),
        "caption": fields.take("caption", words, default=""),
        "state": _state(fields.table("state")),
        "question": _question(fields.table("question")),
    }
    fields.finish()
    return Scene(**made)


def _state(fields: Fields | None) -> dict[str, str]:
    """The query of a link; a table within the table is a name with dots."""
    if fields is None:
        return {}
    query: dict[str, str] = {}
    for name, value in _flat(fields.values):
        if name in RESERVED:
            fields.complain(name, f"{name} is set by the lecture itself; leave it out.")
        elif isinstance(value, list) and value and all(type(v) in (int, float) for v in value):
            query[name] = text_of(tuple(float(v) for v in value))
        elif isinstance(value, (str, bool, int, float)):
            query[name] = text_of(value)
        else:
            fields.complain(
                name,
                "A value must be a text, a number, true, false or a list of numbers, not "
                f"{quoted(value)}.",
            )
    return query


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{name}.")
        else:
            pairs.append((f"{prefix}{name}", value))
    return pairs


def _question(fields: Fields | None) -> Question | None:
    if fields is None:
        return None
    text = fields.take("text", words, required=True, default="")
    options = fields.take("options", texts, default=())
    answer: Any = fields.take("answer", choices(*options) if options else number, required=True)
    question = Question(
        text=text,
        options=options,
        answer=0.0 if answer is None else answer,
        unit=fields.take("unit", words, default=""),
        explanation=fields.take("explanation", words, default=""),
    )
    fields.finish()
    return question


def _rows(value: Any) -> Rows:
    """A list of rows: each a name, or a list of names that stand side by side."""
    if not isinstance(value, list):
        raise InputError(f"It must be a list of names or of lists of names, not {quoted(value)}.")
    return tuple((row,) if isinstance(row, str) else texts(row) for row in value)


def name_of(path: Path) -> str:
    """What the link calls the scene of a file: "04_two_views.md" is "two_views"."""
    return re.sub(r"^\d+[_-]*", "", path.stem) or path.stem


def _parts(path: Path) -> tuple[str, str, int]:
    """The TOML, the Markdown, and the line at which the TOML begins."""

    def wrong(line: int, sentence: str) -> SceneFileError:
        return SceneFileError([Problem(path=path, line=line, field="", sentence=sentence)])

    try:
        content = path.read_bytes()
        if len(content) > LARGEST_BYTES:
            raise wrong(1, f"The file has more than {LARGEST_BYTES // 1000} kB; no scene has.")
        lines = content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise wrong(1, f"The file cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise wrong(line, "The file is not written in UTF-8.") from None
    fences = [number for number, line in enumerate(lines) if line.strip() == FENCE]
    if not fences or any(line.strip() for line in lines[: fences[0]]):
        raise wrong(1, f"A scene begins with a line {FENCE}; the fields follow it.")
    if len(fences) < 2:
        raise wrong(len(lines), f"The line {FENCE} that ends the fields is missing.")
    begin, end = fences[:2]
    return "\n".join(lines[begin + 1 : end]), "\n".join(lines[end + 1 :]).strip(), begin + 2


def read_fields(path: Path, head: str, first: int, complain: Complain) -> Fields:
    """The fields of TOML that begins at the line `first` of a file."""
    try:
        return Fields(tomllib.loads(head), complain)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = first - 1 + int(found[1]) if found else first + head.count("\n")
        what = re.sub(r" \(at [^)]*\)$", "", str(error))
        sentence = (
            f"This is no TOML: {what}. Texts stand in quotation marks, and so do names with dots "
            "in them."
        )
        raise SceneFileError([Problem(path=path, line=line, field="", sentence=sentence)]) from None


def lines_of(path: Path) -> Callable[[str], int]:
    """A function that gives the line of a field of a scene's file."""
    head, _, first = _parts(path)
    return lambda field: line_of(head, field, first)


def line_of(head: str, field: str, first: int) -> int:
    """The line on which a field stands, or its table; the first where it is missing.

    `head` is the TOML that begins at the line `first`; `field` is like "state.a.lsqr.iterations".
    """
    table, begin = "", first
    for at, line in enumerate(head.splitlines(), start=first):
        if heading := re.match(r"\s*\[([^\]]+)\]", line):
            table = f"{heading[1].strip()}."
            if field.startswith(table):
                begin = at
        elif name := re.match(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*=""", line):
            written = table + next(part for part in name.groups() if part is not None)
            if written == field:
                return at
    return begin

"""Lines of Python as a formatter would have them: imports, constants, comments and blank lines."""

import ast
import sys
import textwrap
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

WIDTH = 100

Import = tuple[str, str, str]
"""A module, what is imported from it ("" for the module itself), and its other name, if any."""


def import_lines(imports: Iterable[Import]) -> str:
    """Import statements in the order of isort: the standard library, then the others."""
    plain = {(module, other) for module, name, other in imports if not name}
    members: dict[str, set[str]] = {}
    for module, name, other in imports:
        if name:
            members.setdefault(module, set()).add(f"{name} as {other}" if other else name)
    lines = [(module, f"import {module}" + (f" as {o}" if o else "")) for module, o in plain]
    lines.sort(key=lambda line: (line[0].lower(), line))
    lines += [
        (module, f"from {module} import {', '.join(sorted(members[module], key=_rank))}")
        for module in sorted(members, key=str.lower)
    ]
    blocks: tuple[list[str], list[str]] = ([], [])
    for module, line in lines:
        blocks[module.partition(".")[0] not in sys.stdlib_module_names].append(line)
    return "\n\n".join("\n".join(block) for block in blocks if block)


def joined(pieces: Iterable[str]) -> str:
    """Pieces with as many blank lines between them as functions and classes ask for."""
    text, before = "", ""
    for piece in (entry.strip("\n") for entry in pieces if entry.strip("\n")):
        if text:
            wide = _is_definition(before, last=True) or _is_definition(piece, last=False)
            text += "\n\n\n" if wide else "\n\n"
        text, before = text + piece, piece
    return text


def assignment(name: str, value: Any) -> str:
    """A constant as a line of Python; a long list of numbers takes several."""
    written = f'"{value}"' if isinstance(value, str) else repr(value)
    line = f"{name} = {written}"
    if len(line) <= WIDTH:
        return line
    rows = textwrap.fill(
        written.strip("()"), WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 4
    )
    return f"# fmt: off\n{name} = (\n{rows}\n)\n# fmt: on"


def with_constants(source: str, constants: Mapping[str, Any]) -> str:
    """A whole script with other values of its own constants; the comments behind them stay."""
    lines = source.splitlines(keepends=True)
    nodes = {_target(node): node for node in ast.parse(source).body}
    for name, value in constants.items():
        node = nodes[name]
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        behind = lines[last - 1].encode()[node.end_col_offset :].decode()
        lines[first:last] = [assignment(name, value) + behind, *[""] * (last - first - 1)]
    return "".join(lines)


def comment(text: str) -> str:
    """Text as a comment, without a full stop at the end."""
    return textwrap.fill(text.removesuffix("."), WIDTH, initial_indent="# ", subsequent_indent="# ")


def constant_in(node: ast.stmt) -> str | None:
    """The name in capitals that a statement sets, if that is what it does; G is an operator."""
    name = _target(node)
    return name if name is not None and name.isupper() and len(name) > 1 else None


def _target(node: ast.stmt) -> str | None:
    """The name that a statement sets, if it sets one."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return None


def _rank(name: str) -> tuple[int, str]:
    """Where isort has a name among others: constants, then classes, then the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2), name


@lru_cache(maxsize=256)
def _is_definition(text: str, *, last: bool) -> bool:
    body = ast.parse(text).body
    return bool(body) and isinstance(body[-last], (ast.FunctionDef, ast.ClassDef))

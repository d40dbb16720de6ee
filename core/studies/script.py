"""A script put together from parts: files of recipes, and lines of descriptions.

What a part imports of other recipes stands before it in the script, in place of the import; all
other imports are collected on top. The parts are read with Python's own parser and written as they
are, so that a script looks like the files that it comes from.
"""

import ast
import builtins
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import core.recipes as recipes

WIDTH = 100
FOLDER = Path(str(recipes.__file__)).parent
SCAN = f"{recipes.__name__}.scan"
FORMS = f"{recipes.__name__}.forms."
PRIORS = f"{recipes.__name__}.priors."
SECTION = "# The prior ("
SHORT = {"np": ("numpy", "", "np"), "NDArray": ("numpy.typing", "NDArray", "")}
"""What the lines of a description may use under a short name."""

Import = tuple[str, str, str]
"""A module, what is imported from it ("" for the module itself), and its other name, if any."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a script: its lines, and what they need.

    `constants` are the names that the question sets, `needs` what is imported of other recipes,
    by their modules, and `imports` all else that is.
    """

    title: str
    body: str
    constants: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]
    imports: tuple[Import, ...]


def parts_of(module: str, prior: tuple[str, str] = ("", "")) -> list[Part]:
    """The parts of a recipe, each after those that it needs; its own is the last.

    `prior` is the module of the prior and its name, for a solver that takes one.
    """
    found: dict[str, Part] = {}

    def visit(name: str) -> None:
        if name in found or name == SCAN:
            return
        if name.startswith(FORMS):
            part = prior_part(prior[0], prior[1], name.removeprefix(FORMS))
        else:
            part = take_apart(_source(name))
        for needed in part.needs:
            visit(needed)
        found[name] = part

    visit(f"{recipes.__name__}.{module}")
    return list(found.values())


@cache
def prior_part(module: str, prior: str, form: str) -> Part:
    """The sections of a prior in one form, with what they need of their file."""
    head, *sections = _source(PRIORS + module).split(f"\n{SECTION}")
    matching: list[str] = []
    fitting = False
    for section in sections:
        title, _, lines = section.partition("\n")
        forms, _, names = title.partition("): ")
        if {form, "all"} & set(forms.split(", ")) and prior in names.split(", "):
            matching.append(lines)
            fitting |= form in forms.split(", ")
    if not fitting:
        raise ValueError(f"{module}.py has no section for the prior {prior} ({form}).")
    part = take_apart(f"{head}\n\n{joined(matching)}")
    return Part(**{**vars(part), "title": f"The prior: {prior}"})


@cache
def take_apart(source: str) -> Part:
    """Split a file into its docstring, its constants, its imports and the lines that are left."""
    tree, lines = ast.parse(source), source.splitlines()
    imports: list[Import] = []
    constants: list[str] = []
    end = 0
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports += _imports(node)
        elif (name := _constant(node)) is not None:
            constants.append(name)
        elif not isinstance(node, ast.Expr) or end:
            break
        end = node.end_lineno or 0
    body = "\n".join(lines[end:]).strip("\n")
    used = _matched(imports, body)
    needs: dict[str, tuple[str, ...]] = {}
    for module, name, _ in used:
        if module.startswith(recipes.__name__):
            needs[module] = (*needs.get(module, ()), name)
    return Part(
        title=(ast.get_docstring(tree) or "").partition("\n")[0],
        body=body,
        constants=tuple(name for name in constants if name in names_in(body)),
        needs=needs,
        imports=tuple(entry for entry in used if entry[0] not in needs),
    )


def imports_for(texts: Iterable[str], defined: Collection[str]) -> set[Import]:
    """The modules that lines without imports of their own name in full, as in `scipy.stats`.

    `defined` are names that are set elsewhere. Raises `ValueError` for a name that is no module.
    """
    whole = "\n".join(texts)
    chains = _chains(ast.parse(whole))
    bound = {*_bound(ast.parse(whole)), *defined, *vars(builtins)}
    return {_module_of(chain) for chain in chains if chain.partition(".")[0] not in bound}


def names_in(text: str) -> set[str]:
    """All names that lines of Python use."""
    return {chain.partition(".")[0] for chain in _chains_in(text)}


def import_lines(imports: Iterable[Import]) -> str:
    """Import statements in the order of isort: the standard library, then the others."""
    import sys

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
    blocks = ([], [])  # type: tuple[list[str], list[str]]
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
    nodes = {_constant(node): node for node in ast.parse(source).body}
    for name, value in constants.items():
        node = nodes[name]
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        behind = lines[last - 1].encode()[node.end_col_offset :].decode()
        lines[first:last] = [assignment(name, value) + behind, *[""] * (last - first - 1)]
    return "".join(lines)


def comment(text: str) -> str:
    """Text as a comment, without a full stop at the end."""
    return textwrap.fill(text.removesuffix("."), WIDTH, initial_indent="# ", subsequent_indent="# ")


def _source(module: str) -> str:
    parts = module.removeprefix(f"{recipes.__name__}.").split(".")
    return FOLDER.joinpath(*parts).with_suffix(".py").read_text(encoding="utf-8")


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield alias.name, "", alias.asname or ""
        else:
            yield node.module or "", alias.name, alias.asname or ""


def _constant(node: ast.stmt) -> str | None:
    """The name in capitals that a statement sets, if that is what it does."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
        return name if name.isupper() and len(name) > 1 else None
    return None


def _matched(imports: Iterable[Import], body: str) -> list[Import]:
    """The imports that some lines use: of several that match, as `a` and `a.b`, the longest."""
    chains = [f"{chain}." for chain in _chains_in(body)]
    found = set()
    for chain in chains:
        fitting = [entry for entry in imports if chain.startswith(f"{_bound_by(entry)}.")]
        if fitting:
            found.add(max(fitting, key=lambda entry: len(_bound_by(entry))))
    return [entry for entry in imports if entry in found]


def _bound_by(entry: Import) -> str:
    module, name, other = entry
    return other or name or module


@lru_cache(maxsize=256)
def _chains_in(text: str) -> frozenset[str]:
    return frozenset(_chains(ast.parse(text)))


def _chains(node: ast.AST) -> set[str]:
    """The dotted names in a tree, each as long as it is written."""
    parts: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if isinstance(inner, ast.Name):
        return {".".join([inner.id, *reversed(parts)])}
    return set().union(*map(_chains, ast.iter_child_nodes(inner)))


def _bound(tree: ast.AST) -> Iterator[str]:
    """The names that a tree sets anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name


def _module_of(chain: str) -> Import:
    """The import that a dotted name of nothing else asks for."""
    root, *rest = chain.split(".")
    if root in SHORT:
        return SHORT[root]
    if find_spec(root) is None:
        raise ValueError(f"The lines of a description name {root}, which is no module.")
    module = root
    for name in rest:
        spec = find_spec(module)
        if spec is None or spec.submodule_search_locations is None:
            break
        if find_spec(f"{module}.{name}") is None:
            break
        module = f"{module}.{name}"
    return module, "", ""


def _rank(name: str) -> tuple[int, str]:
    """Where isort has a name among others: constants, then classes, then the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2), name


@lru_cache(maxsize=256)
def _is_definition(text: str, *, last: bool) -> bool:
    body = ast.parse(text).body
    return bool(body) and isinstance(body[-last], (ast.FunctionDef, ast.ClassDef))

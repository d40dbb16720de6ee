"""A script put together from parts: files of recipes, and lines of descriptions.

What a part imports of other recipes stands before it in the script, in place of the import; all
other imports are collected on top. The parts are read with Python's own parser and written as they
are, so that a script looks like the files that it comes from.
"""

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import core.recipes as recipes
from core.studies.script_text import Import, constant_in, joined

FOLDER = Path(str(recipes.__file__)).parent
SCAN = f"{recipes.__name__}.scan"
FORMS = f"{recipes.__name__}.forms."
PREPARATION = f"{recipes.__name__}.preparation."
PRIORS = f"{recipes.__name__}.priors."
SECTION = "# The prior ("
SHORT = {"np": ("numpy", "", "np"), "NDArray": ("numpy.typing", "NDArray", "")}
"""What the lines of a description may use under a short name."""


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
def preparation_part(name: str) -> Part:
    """The lines of one step of the preparation of measured data, by the name of its file."""
    return take_apart(_source(f"{PREPARATION}{name}"))


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
        elif (name := constant_in(node)) is not None:
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


def _source(module: str) -> str:
    parts = module.removeprefix(f"{recipes.__name__}.").split(".")
    return FOLDER.joinpath(*parts).with_suffix(".py").read_text(encoding="utf-8")


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield alias.name, "", alias.asname or ""
        else:
            yield node.module or "", alias.name, alias.asname or ""


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

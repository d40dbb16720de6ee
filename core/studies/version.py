"""The version of everything that a result depends on beside its question: code and files.

Code counts module by module: the module of the study, those of the objects that it is made of
(its method, its image), and whatever these import, each by its content. So a change of one method
makes the results of that method stale, and of no other. A package's own `__init__` counts where
a name is imported from the package itself. Files count by their content too.
"""

import ast
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

from core.keys import content_key
from core.methods.base import Method
from core.problem.measured import TiltSeries
from core.problem.stored import IMAGES_FILE, StoredImage
from core.problem.volumes.head import ColinHead

PACKAGE = __name__.partition(".")[0]
HOME = Path(str(sys.modules[PACKAGE].__file__)).parent
DISTRIBUTIONS = {
    "PIL": "pillow",
    "astra": "astra-toolbox",
    "pywt": "PyWavelets",
    "skimage": "scikit-image",
}
"""Libraries whose package is named otherwise than the module."""

DIGITS = 16


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a module holds and imports: modules of this package, and libraries."""

    digest: str
    modules: frozenset[str]
    libraries: frozenset[str]


def version_of(study: Any, *files: Path) -> str:
    """The digest of the code and of the files that the answer to `study` depends on.

    `study` is a dataclass. `files` are those that it reads beside the image of its scan and the
    weights of its methods. The code is read once a process, a file again when it has changed.
    """
    parts = list(_parts(study))
    classes = {type(part) for part in parts}
    classes |= {kind for part in parts if isinstance(part, Method) for kind in part.parts()}
    modules = {kind.__module__ for kind in classes}
    inside = tuple(sorted(name for name in modules if name.startswith(f"{PACKAGE}.")))
    read = sorted({*files, *(path for part in parts for path in _files_of(part))})
    digests = [(path.name, file_digest(path)) for path in read]
    return content_key(code_digest(inside, HOME), digests)[:DIGITS]


@cache
def code_digest(modules: tuple[str, ...], home: Path = HOME) -> str:
    """The digest of these modules, of all that they import, and of the libraries' versions."""
    sources = reached(modules, home)
    libraries = sorted(frozenset().union(*(source.libraries for source in sources.values())))
    return content_key(
        sorted((name, source.digest) for name, source in sources.items()),
        [(name, version(DISTRIBUTIONS.get(name, name))) for name in libraries],
    )


def reached(modules: tuple[str, ...], home: Path = HOME) -> dict[str, Source]:
    """These modules and all modules of the package that they import, directly or not.

    This module is left out: it names results and takes no part in them.
    """
    sources: dict[str, Source] = {}
    open_ones = list(modules)
    while open_ones:
        name = open_ones.pop()
        if name not in sources and name != __name__:
            sources[name] = _source(name, home)
            open_ones += sources[name].modules
    return sources


@cache
def _source(name: str, home: Path) -> Source:
    path = _path_of(name, home)
    if path is None:
        raise ModuleNotFoundError(f"There is no module {name} in {home}.", name=name)
    content = path.read_bytes()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    modules, libraries = set(), set()
    for imported in _imports(ast.parse(content), package, home):
        top = imported.partition(".")[0]
        if top == PACKAGE:
            modules.add(imported)
        elif top not in sys.stdlib_module_names:
            libraries.add(top)
    return Source(
        digest=hashlib.sha256(content).hexdigest(),
        modules=frozenset(modules),
        libraries=frozenset(libraries),
    )


def _imports(tree: ast.Module, package: str, home: Path) -> Iterator[str]:
    """The modules that are imported anywhere in a file, in functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if _path_of(inner, home) else base


def _path_of(name: str, home: Path) -> Path | None:
    """The file of a module of this package; None when there is none."""
    top, *rest = name.split(".")
    if top != PACKAGE:
        return None
    place = home.joinpath(*rest)
    candidates = (place / "__init__.py", place.with_suffix(".py"))
    return next((path for path in candidates if path.is_file()), None)


def file_digest(path: Path) -> str:
    """The sha256 of a file's content, remembered while the file is the same; "" if it is absent."""
    try:
        about = path.stat()
    except FileNotFoundError:
        return ""
    return _content_digest(path, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=256)
def _content_digest(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parts(value: Any) -> Iterator[Any]:
    """A dataclass and all the dataclasses that define it, the same as in its content key."""
    if is_dataclass(value):
        yield value
        for field in fields(value):
            if field.compare:
                yield from _parts(getattr(value, field.name))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _parts(item)


def _files_of(part: Any) -> Iterator[Path]:
    """The files that one part of a study reads: the stored images, the weights of a network."""
    if isinstance(part, (StoredImage, TiltSeries, ColinHead)):
        yield IMAGES_FILE
    elif isinstance(part, Method) and (network := part.network) is not None:
        from core.networks.weights import path_of

        yield path_of(network)

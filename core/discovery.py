"""Find the classes that a folder of modules defines, so that no list of them is kept by hand."""

import importlib
import pkgutil
from collections.abc import Collection, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


def final_classes(
    package: str, folder: Path, base: type, support: Collection[str]
) -> Iterator[tuple[str, list[Any]]]:
    """Yield each module of a package by its name, and the `@final` subclasses of `base` in it.

    `support` names the modules that define none; subpackages are left out. Raises `TypeError`
    where a module defines none without being named there, so that a class that would stay
    unseen, for want of `@final` or of its base, is noticed at the first start.
    """
    for module in sorted(pkgutil.iter_modules([str(folder)]), key=lambda module: module.name):
        if module.ispkg or module.name in support:
            continue
        path = f"{package}.{module.name}"
        classes = [
            value
            for value in vars(importlib.import_module(path)).values()
            if isinstance(value, type)
            and issubclass(value, base)
            and value.__module__ == path
            and vars(value).get("__final__", False)
        ]
        if not classes:
            raise TypeError(
                f"{path} defines no @final {base.__name__}. A module that others share belongs "
                "among the support modules."
            )
        yield module.name, classes


def members_of(package: ModuleType, kind: type[T]) -> tuple[type[T], ...]:
    """The final described classes of a package, sorted by their `order`: one file, one class.

    Modules named `base`, or with an underscore first, are what the others share. Raises
    `TypeError` where another module does not define exactly one `@final` subclass of `kind`, or
    where two have one name.
    """
    folder = Path(package.__path__[0])
    support = {path.stem for path in folder.glob("_*.py")} | {"base"}
    members: dict[str, type[T]] = {}
    for module, classes in final_classes(package.__name__, folder, kind, support):
        names = [entry.name for entry in classes]
        if len(names) != 1 or names[0] in members:
            raise TypeError(
                f"{package.__name__}.{module} must define one {kind.__name__} with a name of its "
                f"own, not {', '.join(names)}."
            )
        members[names[0]] = classes[0]
    return tuple(sorted(members.values(), key=lambda entry: entry.order))  # type: ignore[attr-defined]

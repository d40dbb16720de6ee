"""Find the classes that a folder of modules defines, so that no list of them is kept by hand."""

import importlib
import pkgutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any


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

"""The laboratory's scanners of volumes as one module of plain Python, for scripts to import."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from core.projection.volume import joseph, lines, plain, separable_footprint

NAME = "volume_beams"
"""The module, whose file lies beside the script."""
PACKAGES = ("numba", "numpy", "pylops")
KERNELS = (joseph, separable_footprint)
_INTERNAL = re.compile(r"^from core\.[^\n]*\n", re.MULTILINE)
_IMPORT = re.compile(r"^(?:import|from) [^\n]*\n", re.MULTILINE)
_HEAD = '''\
"""Cone beams and stacks of parallel beams as operators of PyLops, their loops compiled by Numba.

What the laboratory computes with, put into one file.
"""

'''
_ARRAYS = "AnyArray = Float32Array = Float64Array = np.ndarray\n"


@cache
def volume_module() -> str:
    """The text of the module: the files of `core.projection.volume` one after the other.

    The functions of a kernel get its name before theirs, as in `joseph_project`.
    """
    texts = [_text(lines.__file__), *(_named(kernel) for kernel in KERNELS)]
    operators = _text(plain.__file__)
    for kernel in KERNELS:
        name = _short(kernel)
        operators = re.sub(rf"\b{name}\.(\w+)", rf"{name}_\1", operators)
    return (
        _HEAD
        + _imports([*texts, operators])
        + _ARRAYS
        + "".join("\n\n" + _IMPORT.sub("", text).strip("\n") + "\n" for text in [*texts, operators])
    )


def _named(kernel: object) -> str:
    """A kernel's file with its name before those of its functions that others call."""
    text, name = _text(str(getattr(kernel, "__file__", ""))), _short(kernel)
    return re.sub(r"^def (?!_)(\w+)\(", rf"def {name}_\1(", text, flags=re.MULTILINE)


def _short(kernel: object) -> str:
    return str(getattr(kernel, "__name__", "")).rpartition(".")[2]


def _text(path: str | None) -> str:
    """A file without its imports of the laboratory; its docstring becomes a comment."""
    text = Path(str(path)).read_text(encoding="utf-8")
    _, docstring, rest = text.split('"""', 2)
    comments = "\n".join(f"# {line}".rstrip() for line in docstring.strip("\n").splitlines())
    return f"{comments}\n{_INTERNAL.sub('', rest)}"


def _imports(texts: Sequence[str]) -> str:
    """The imports of all, each once: of the standard library first."""
    found = sorted({line for text in texts for line in _IMPORT.findall(text)})
    foreign = [line for line in found if line.split()[1].partition(".")[0] in PACKAGES]
    own = [line for line in found if line not in foreign]
    return f"{''.join(own)}\n{''.join(foreign)}\n"

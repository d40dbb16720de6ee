"""Servers that are forked from a process in which the libraries are loaded already.

Loading PyTorch, SciPy and their like takes most of the time that a server of the tests needs until
it shows its first page. The laboratory itself is loaded in each of them anew, by its first visitor.
"""

from __future__ import annotations

import os
import sys
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARIES = [
    "streamlit.web.cli",
    "streamlit.web.bootstrap",
    "torch",
    "numba",
    "pylops",
    "pyproximal",
    "astra",
    "pywt",
    "h5py",
    "PIL.Image",
    "scipy.optimize",
]


def start(words: list[str], log: Path) -> ForkServerProcess:
    """Start ``streamlit`` with these words in the project's folder; what it prints goes to `log`.

    It loads no module of this project before Streamlit does.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    process = context.Process(target=_serve, args=(words, log))
    process.start()
    return process


def _serve(words: list[str], log: Path) -> None:
    loaded = [name for name in sys.modules if name.partition(".")[0] == "core"]
    assert not loaded, loaded
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.chdir(ROOT)
    os.environ["PYTHONPATH"] = str(ROOT)
    sys.argv = ["streamlit", *words]
    from streamlit.web.cli import main

    main()

"""The version of everything that a result depends on beside its question."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

CORE = Path(__file__).resolve().parents[1]
SOURCES = ("problem", "networks", "methods")
LIBRARIES = (
    "numpy",
    "scipy",
    "numba",
    "scikit-image",
    "pywavelets",
    "astra-toolbox",
    "pylops",
    "pyproximal",
    "torch",
)


@cache
def code_version() -> str:
    """A hash of the sources, the libraries' versions and the assets, computed once a process.

    Assets (images, weights) enter by name, size and time of change: hashing their content would
    take longer than a start may.
    """
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((CORE / folder).rglob("*.py")):
            digest.update(f"{path.relative_to(CORE)}\0".encode() + path.read_bytes() + b"\0")
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    assets = CORE.parent / "assets"
    for path in sorted(path for path in assets.rglob("*") if path.suffix not in {".py", ".pyc"}):
        about = path.stat()
        digest.update(f"{path.relative_to(assets)} {about.st_size} {about.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]

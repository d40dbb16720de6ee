"""Names that our libraries do not promise, and that we use: a failure here says which has gone.

Each is used in one file, which the message names.
"""

import ctypes
import importlib
import re
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import diskcache
import numpy as np
import pylops
import pyproximal
import pytest
import torch
from pylops.optimization.cls_basic import CGLS, LSQR
from pyproximal.optimization.cls_primal import ProximalGradient
from pyproximal.optimization.cls_primaldual import AdaptivePrimalDual

from core.geometry.views import EvenViews

MATRIX = np.array([[2.0, 1.0], [0.0, 1.0], [1.0, -1.0]], np.float32)
RIGHT_SIDE = np.array([1.0, 2.0, -1.0], np.float32)
PROJECT = Path(__file__).parents[1]


def cgls():
    solver = CGLS(pylops.MatrixMult(MATRIX, dtype="float32"))
    x = solver.step(solver.setup(RIGHT_SIDE, tol=0, preallocate=True))
    return solver, RIGHT_SIDE - MATRIX @ x


def cgls_kold():
    solver, residual = cgls()
    return np.isclose(solver.kold, np.square(MATRIX.T @ residual).sum(), rtol=1e-4)


def cgls_s():
    solver, residual = cgls()
    return np.allclose(solver.s, residual, atol=1e-6)


def lsqr_istop():
    solver = LSQR(pylops.MatrixMult(MATRIX, dtype="float32"))
    x = solver.setup(RIGHT_SIDE, niter=10)
    started = solver.istop == 0
    for _ in range(10):
        x = solver.step(x)
    return started and solver.istop in range(1, 8)


def proximal_gradient_t():
    solver = ProximalGradient()
    x, y = solver.setup(
        proxf=pyproximal.L2(b=RIGHT_SIDE),
        proxg=pyproximal.L1(),
        x0=np.zeros(3, np.float32),
        tau=0.5,
        acceleration="fista",
    )
    started = solver.t == 1
    solver.step(x, y)
    return started and np.isclose(solver.t, (1 + 5**0.5) / 2)


def adaptive_tau_and_mu():
    solver = AdaptivePrimalDual()
    solver.setup(
        proxf=pyproximal.L2(b=RIGHT_SIDE),
        proxg=pyproximal.L1(),
        A=pylops.Identity(3),
        x0=np.zeros(3, np.float32),
        tau=0.25,
        mu=0.5,
    )
    return (solver.tau, solver.mu) == (0.25, 0.5)


def ct2d_projector_id():
    from core.geometry.beams import ParallelBeam
    from core.projection.engines import exported_matrix
    from core.projection.projector import reference_projector

    operator = reference_projector(8, ParallelBeam(views=EvenViews(angles=2), detectors=6))
    return exported_matrix(operator).shape == operator.shape


def functorch_transforms_active():
    active = torch._C._are_functorch_transforms_active
    inside = []
    torch.func.vmap(lambda x: inside.append(active()) or x)(torch.zeros(2))
    return (active(), inside) == (False, [True])


def register_atexit():
    return callable(threading._register_atexit)


def disk_directory(tmp_path=PROJECT):
    return diskcache.Disk(str(tmp_path))._directory == str(tmp_path)


def disk_modes():
    from diskcache.core import MODE_BINARY, MODE_RAW

    return MODE_BINARY != MODE_RAW


def glibc(name):
    def present():
        try:
            libc = ctypes.CDLL("libc.so.6")
        except OSError:
            return True  # another system, where nothing is asked of it
        return hasattr(libc, name)

    return present


def within(module, name):
    """Whether a dotted name is there."""

    def present():
        thing = importlib.import_module(module)
        for part in name.split("."):
            thing = getattr(thing, part)
        return True

    return present


class Private(NamedTuple):
    """A name, a regular expression that finds it in our code, and whether it is what it was."""

    package: str
    name: str
    use: str
    present: Callable[[], bool]

    def __str__(self):
        return f"the_private_{self.name}_of_{self.package}_is_still_there"

    def files(self):
        """Where it is used; recipes stand alone and do not count."""
        files = [path for path in (PROJECT / "core").rglob("*.py") if "recipes" not in path.parts]
        return [str(path.relative_to(PROJECT)) for path in files if self.used_in(path)]

    def used_in(self, path):
        return re.search(self.use, path.read_text()) is not None


def at(module, name):
    """A name of which it is enough that its module has it."""
    use = rf"\b{name.rpartition('.')[2]}\b"
    return Private(module.partition(".")[0], name, use, within(module, name))


COMPONENTS = "streamlit.components.v2"
PRIVATE = [
    Private("pylops", "CGLS.kold", r"\.kold\b", cgls_kold),
    Private("pylops", "CGLS.s", r"\bsolver\.s\b", cgls_s),
    Private("pylops", "LSQR.istop", r"\.istop\b", lsqr_istop),
    Private("pylops", "CT2D.projector_id", r"\.projector_id\b", ct2d_projector_id),
    Private("pyproximal", "ProximalGradient.t", r"\bsolver\.t\b", proximal_gradient_t),
    Private("pyproximal", "AdaptivePrimalDual.tau", r"\badaptive\.tau\b", adaptive_tau_and_mu),
    Private("pyproximal", "AdaptivePrimalDual.mu", r"\badaptive\.mu\b", adaptive_tau_and_mu),
    at("numba.core.datamodel.models", "PrimitiveModel"),
    at("numba.core.base", "BaseContext.make_array"),
    at("llvmlite.ir", "VectorType"),
    at("llvmlite.ir", "IRBuilder.shuffle_vector"),
    at("llvmlite.ir", "IRBuilder.insert_element"),
    Private("torch", "_C", r"\btorch\._C\b", functorch_transforms_active),
    Private("python", "_register_atexit", r"\b_register_atexit\b", register_atexit),
    Private("diskcache", "Disk._directory", r"\._directory\b", disk_directory),
    Private("diskcache", "MODE_BINARY", r"\bMODE_BINARY\b", disk_modes),
    Private("diskcache", "MODE_RAW", r"\bMODE_RAW\b", disk_modes),
    Private("glibc", "mallopt", r"\.mallopt\b", glibc("mallopt")),
    Private("glibc", "malloc_trim", r"\.malloc_trim\b", glibc("malloc_trim")),
    Private(
        "streamlit",
        "PagesManager",
        r"\bPagesManager\b",
        within("streamlit.runtime.pages_manager", "PagesManager.uses_pages_directory"),
    ),
    at("streamlit.runtime.state.safe_session_state", "SafeSessionState.filtered_state"),
    at(f"{COMPONENTS}.get_bidi_component_manager", "get_bidi_component_manager"),
    at(f"{COMPONENTS}.component_manager", "BidiComponentManager.register_from_manifest"),
    at(f"{COMPONENTS}.component_manager", "BidiComponentManager.get_component_asset_root"),
    at(f"{COMPONENTS}.manifest_scanner", "ComponentManifest"),
    at(f"{COMPONENTS}.manifest_scanner", "ComponentConfig"),
]


@pytest.mark.parametrize("private", PRIVATE, ids=str)
def test_private_name(private):
    release = "" if private.package in ("python", "glibc") else f" {version(private.package)}"
    files = ", ".join(private.files())
    message = f"{private.package}{release} has no {private.name} of the kind that {files} uses."
    try:
        there = private.present()
    except (AttributeError, ImportError, TypeError) as error:
        pytest.fail(f"{message} {error}")
    assert there, message


@pytest.mark.parametrize("private", PRIVATE, ids=str)
def test_it_is_used_in_one_place(private):
    assert len(private.files()) == 1, private.files()

"""The lines of a script that simulate the scan of a volume: volume, scanner and data."""

import io
from typing import Any

import numpy as np

from core.array_types import FloatArray
from core.description import values
from core.errors import InputError
from core.methods.base import Method
from core.methods.volumes import require_volumes
from core.methods.volumes.fdk import FDK
from core.problem.noise.base import LARGEST_ATTENUATION
from core.problem.volume_scan import VolumeScan
from core.studies.measurements import measurement_of
from core.studies.problem_script import ProblemScript, scanner
from core.studies.script import imports_for, names_in
from core.studies.simulated_script import SCORE
from core.studies.volume_module import NAME, volume_module

VOLUME = """\
# The volume (slices, rows, columns)
truth = np.load("volume.npy")"""


def volume_script(scan: VolumeScan, *, as_function: bool) -> ProblemScript:
    """What makes the data of the scan of a volume, with the same noise.

    The volume is a file. Data that were simulated on a finer grid are one too, without their noise:
    the finer volume has eight times as many voxels.
    """
    measurement: Any = measurement_of(scan)
    files = {"volume.npy": _saved(measurement.truth), f"{NAME}.py": volume_module().encode()}
    clean = "clean = G @ truth"
    if scan.finer_grid:
        clean = 'clean = np.load("clean.npy")  # of twice as many voxels on a side'
        files["clean.npy"] = _saved(measurement.clean)
    noise = scan.noise.script.strip("\n")
    scale = f"scale = {LARGEST_ATTENUATION:g} / clean.max()"
    data = [clean, *([scale] if "scale" in names_in(noise) else []), noise]
    data.append("data = data.astype(np.float32)")
    title = "The scanner G and the data d = Gm + n"
    made = scanner(title, scan.beam.views.script, scan.beam.script, as_function=as_function)
    pieces = [VOLUME, *made[:-1], "\n".join([made[-1], *data])]
    constants = {name.upper(): value for name, value in values(scan).items()}
    constants["ARC"] = constants.get("ARC", scan.beam.views.arc)
    known = {*constants, NAME, "reconstruction"}
    return ProblemScript(
        pieces=tuple(pieces),
        constants=constants,
        imports=frozenset({(NAME, "", ""), *imports_for([*pieces, SCORE], known)}),
        score=SCORE,
        files=files,
    )


def require_recipe(method: Method, scan: VolumeScan) -> None:
    """Raise `InputError` for what the method itself would refuse."""
    require_volumes(method)
    if scan.kernel in scan.beam.gpu_kernels:
        raise InputError(
            f"The scanner of a script has the kernels linear and strip, not {scan.kernel}: choose "
            "one of them."
        )
    if isinstance(method, FDK):
        method.require(scan.beam)


def _saved(array: FloatArray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()

"""Speed and memory against the lecture's own code, both measured in the same run.

A row is a function that measures and returns a `Row`; `ROWS` lists them in the order of the
table. Baseline and ours take turns, so that a busy machine slows both alike, and the medians
count. Libraries keep to one thread; the projector's threads are stated in the row.
"""

import json
import os
import platform
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.benchmarks.bench_bridge import bridge_batch, bridge_overhead
from core.benchmarks.bench_proximal import admm, proximal_gradient, time_to_objective
from core.benchmarks.bench_volumes import cone_beam, joseph_and_footprint, stack_of_slices
from core.benchmarks.paint_bench import (
    encoded_pictures,
    heatmaps_from_arrays,
    heatmaps_from_lists,
)
from core.benchmarks.timing import NotMeasured, Row, interleaved

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
LIBRARIES = ("numpy", "numba", "astra-toolbox", "pylops", "pyproximal", "torch", "streamlit")


def forward_and_adjoint() -> Row:
    """Measure one product with G and one with Gᵀ at the lecture's scan."""
    import numpy as np

    from core.geometry.beams import ParallelBeam
    from core.projection.projector import make_projector, reference_projector

    operator = make_projector(320, ParallelBeam())
    reference = reference_projector(320, ParallelBeam())
    image = np.random.default_rng(0).random(320 * 320, np.float32)
    sinogram = operator @ image
    baseline, ours = interleaved(
        lambda: (reference @ image, reference.H @ sinogram),
        lambda: (operator @ image, operator.H @ sinogram),
        rounds=25,
        ours_each=8,
    )
    return Row(
        what="forward + adjoint, 320² × 41 × 160",
        against="ASTRA, CPU, strip, through PyLops",
        baseline=baseline,
        ours=ours,
        at_least=12,
        aim=30,
        note=f"{operator.threads} threads",
    )


def new_geometry() -> Row:
    """Measure the first reconstruction after a change of the geometry."""
    from core.geometry.beams import ParallelBeam
    from core.methods.cgls import CGLS
    from core.problem.scan import Scan
    from core.projection.engines import exported_matrix
    from core.projection.projector import reference_projector

    widths = iter(2 + 1e-3 * count for count in range(1000))

    def export() -> None:
        reference = reference_projector(320, ParallelBeam(detector_width=next(widths)))
        exported_matrix(reference)

    def reconstruct() -> None:
        scan = replace(Scan(), beam=ParallelBeam(detector_width=next(widths)))
        measurement = scan.simulate()
        for _ in CGLS(iterations=10).iterate(measurement.operator, measurement.data):
            pass

    baseline, ours = interleaved(export, reconstruct, rounds=5, ours_each=3)
    return Row(
        what="a new geometry: set-up, data, 10 steps of CGLS",
        against="exporting ASTRA's matrix",
        baseline=baseline,
        ours=ours,
        at_least=4,
        aim=20,
    )


def least_squares() -> Row:
    """Measure the lecture's regularised least squares, 50 iterations of LSQR."""
    import numpy as np
    import pylops
    from pylops.optimization.leastsquares import regularized_inversion

    from core.geometry.beams import ParallelBeam
    from core.methods.regularised_least_squares import RegularisedLeastSquares
    from core.problem.scan import Scan
    from core.projection.projector import reference_projector

    measurement = Scan().simulate()
    reference = reference_projector(320, ParallelBeam())
    laplacian = pylops.Laplacian((320, 320), edge=True, dtype=np.float32)
    method = RegularisedLeastSquares()

    def lecture() -> None:
        data = measurement.data.ravel()
        regularized_inversion(
            reference, data, [laplacian], epsRs=[method.epsilon], iter_lim=method.iterations
        )

    def ours() -> None:
        for _ in method.iterate(measurement.operator, measurement.data):
            pass

    with warnings.catch_warnings():
        # The lecture's solver hands float64 to ASTRA, which takes float32 only.
        warnings.filterwarnings("ignore", message="CT2D operator received input")
        baseline, taken = interleaved(lecture, ours, rounds=3, ours_each=5)
    return Row(
        what="least squares with a Laplacian, 50 LSQR iterations",
        against="CT2D on ASTRA and PyLops' regularized_inversion",
        baseline=baseline,
        ours=taken,
        at_least=10,
        aim=35,
        note=f"{measurement.operator.threads} threads",
    )


def operator_memory() -> Row:
    """Compare what both directions of the lecture's G take in memory."""
    from core.geometry.beams import ParallelBeam
    from core.projection.projector import make_projector

    operator = make_projector(320, ParallelBeam())
    # ASTRA's matrix and its transpose, each in compressed rows of float32 with int32 indices.
    entries = operator.matrix().nnz
    return Row(
        what="memory of G and Gᵀ, 320² × 41 × 160",
        against="two sparse matrices without zeros",
        baseline=(2 * 8 * entries + 4 * sum(operator.shape)) / 1e6,
        ours=operator.nbytes / 1e6,
        unit="MB",
    )


ROWS: tuple[Callable[[], Row], ...] = (
    forward_and_adjoint,
    new_geometry,
    least_squares,
    proximal_gradient,
    admm,
    time_to_objective,
    bridge_overhead,
    bridge_batch,
    operator_memory,
    stack_of_slices,
    cone_beam,
    joseph_and_footprint,
    heatmaps_from_lists,
    heatmaps_from_arrays,
    encoded_pictures,
)


def run_bench(file: Path | None = None) -> None:
    """Measure all rows, print them as a table and, if asked, write them to `file` as JSON."""
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        # Libraries read these when they are loaded: start again with them set.
        command = [sys.executable, "-m", "core", "bench", *(["--json", str(file)] if file else [])]
        subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=True)
        return
    print(_line("what", "baseline", "ours", "ratio", "at least", "aim"))
    rows = []
    for measure in ROWS:
        try:
            row = measure()
        except NotMeasured as reason:
            print(f"{measure.__name__}: not measured. {reason}")
            continue
        rows.append(row)
        print(_as_text(row), flush=True)
    if file is not None:
        table = [{**asdict(row), "ratio": row.ratio} for row in rows]
        file.write_text(json.dumps({"machine": _machine(), "rows": table}, indent=1) + "\n")


def _as_text(row: Row) -> str:
    measured = (f"{_three_digits(value)} {row.unit}" for value in (row.baseline, row.ours))
    wanted = (f"{value:.3g}×" if value else "" for value in (row.at_least, row.aim))
    note = f" ({row.note})" if row.note else ""
    return _line(f"{row.what}{note}", *measured, f"{row.ratio:.1f}×", *wanted) + (
        f"\n    against {row.against}"
    )


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _line(what: str, *columns: str) -> str:
    return f"{what:<56}" + "".join(f"{column:>11}" for column in columns)


def _machine() -> dict[str, Any]:
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{library: version(library) for library in LIBRARIES},
    }

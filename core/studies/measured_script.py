"""The lines of a script that read a measured sinogram and prepare it as the laboratory does."""

import io
from typing import Any

import numpy as np

from core.description import values
from core.problem.measured import MeasuredScan, TiltSeries
from core.studies.problem_script import ProblemScript, scanner
from core.studies.script import imports_for, preparation_part
from core.studies.script_text import Import, comment, joined

FILE = "sinogram.npz"
SCORE = """\
misfit = np.linalg.norm(G @ reconstruction - data) / np.linalg.norm(data)
print(f"residual {misfit:.2%}")"""


def measured_script(source: MeasuredScan, *, as_function: bool) -> ProblemScript:
    """What reads the values of the file and applies each step that changes them.

    What a step has found in the data, such as the axis of rotation, is a constant of the script.
    `as_function` asks for a function that gives the scanner of other views. Raises `InputError`
    where the data cannot be prepared.
    """
    parts, constants, imports = list[str](), dict[str, Any](), set[Import]()
    used = [stage.after for stage in source.stages if stage.after.recipe]
    for after in used:
        part = preparation_part(after.recipe)
        if set(part.constants) != set(after.constants):
            raise ValueError(
                f"“{part.title}” takes {part.constants}, and its step has {list(after.constants)}."
            )
        parts.append(f"{comment(part.title)}\n{part.body}")
        constants |= after.constants
        imports |= set(part.imports)
    reading = _reading(source, {after.recipe for after in used})
    first = scanner("The scanner G", "", source.beam.script, as_function=as_function)
    first[-1] += "\ndata = data.astype(np.float32)"
    beam = {**values(source.beam), "size": source.size, "kernel": source.kernel}
    scan = {name.upper(): value for name, value in beam.items()}
    imports |= imports_for([reading, *first, SCORE], {*scan, "reconstruction"})
    return ProblemScript(
        pieces=(reading, *parts, joined(first)),
        constants={**scan, "ARC": source.beam.views.arc, "VIEW_GAP": source.beam.view_gap},
        preparation=constants,
        score=SCORE,
        files={FILE: _file(source)},
        imports=frozenset(imports),
        picture="reconstruction",
    )


def _reading(source: MeasuredScan, recipes: set[str]) -> str:
    """The lines that read the sinogram, and the fields that are used."""
    raw = source.series.raw()
    columns = not np.array_equal(source.stages[0].after.data, raw.data)
    lines = [
        comment(f"{_about(source)} The values as they were measured, the angles in degrees."),
        f'with np.load("{FILE}") as file:',
        f'    data = file["data"]{".T  # its views are columns" if columns else ""}',
        '    angles = np.deg2rad(file["angles_deg"])',
    ]
    if "flat_field" in recipes:
        lines.append('    white = file["white"]')
    if {"flat_field", "flat_border"} & recipes:
        dark = 'file["dark"]' if raw.dark is not None else "np.zeros(data.shape[1])"
        lines.append(f"    dark = {dark}")
    return "\n".join(lines)


def _about(source: MeasuredScan) -> str:
    """Whose data they are; nothing of a visitor's own file."""
    series = source.series
    return f"{series.label}. {series.credit}" if isinstance(series, TiltSeries) else "The sinogram."


def _file(source: MeasuredScan) -> bytes:
    """The values of the file, with the angles as they were understood."""
    raw = source.series.raw()
    fields = {"white": raw.white, "dark": raw.dark}
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {
        "data": raw.data,
        "angles_deg": source.stages[0].after.angles_deg,
        **{name: field for name, field in fields.items() if field is not None},
    }
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()

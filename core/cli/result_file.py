"""A result as an HDF5 file, for other programs to read."""

import os
from collections.abc import Mapping
from pathlib import Path

import h5py

from core.description import values
from core.errors import InputError
from core.methods.support.reconstruction import Reconstruction
from core.problem.measured import MeasuredScan
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.problem.scan import Scan


def check_writable(path: Path) -> None:
    """Raise `InputError` when no file can be written to `path`: better before the work."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent} to write {path.name} to.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise InputError(f"{path} may not be written to.")


def write_result(
    path: Path,
    measurement: Measurement,
    result: Reconstruction,
    attributes: Mapping[str, str | int | float],
) -> None:
    """Write /image, /sinogram, /truth (if known) and /history/*.

    `attributes` say where the data come from.

    Raises `InputError` when the file cannot be written.
    """
    try:
        with h5py.File(path, "w") as file:
            file["image"] = result.image
            file["sinogram"] = measurement.data
            for name in result.history.names:
                file[f"history/{name}"] = result.history[name]
            for name, value in result.parameters.items():
                file["image"].attrs[name] = value
            file["image"].attrs["method"] = result.method
            file["image"].attrs["stop"] = result.stop
            if isinstance(measurement, SimulatedMeasurement):
                file["truth"] = measurement.truth
            else:
                file["angles_deg"] = measurement.operator.beam.angles_deg
            file.attrs.update(attributes)
    except OSError as error:
        raise InputError(f"{path} could not be written: {error}.") from None


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made if need be; nothing is written over.

    Raises `InputError` when one of them is there already, or cannot be written.
    """
    for name in files:
        if (folder / name).exists():
            raise InputError(f"{folder / name} is there already; name another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise InputError(f"{folder} could not be written to: {error}.") from None


def scan_attributes(scan: Scan) -> dict[str, str | int | float]:
    """Everything that defines the data, flat; lengths in pixels, angles in degrees."""
    return {"image_label": scan.image.label, **_attributes(scan), "key": scan.key}


def measured_attributes(source: MeasuredScan) -> dict[str, str | int | float]:
    """Everything that defines measured data, flat; the image times `scale` is in their units."""
    return {
        "sinogram": source.label,
        **_attributes(source),
        "scale": source.prepared.scale,
        "key": source.key,
    }


def _attributes(scan: Scan | MeasuredScan) -> dict[str, str | int | float]:
    return {
        name: ",".join(map(str, value)) if isinstance(value, tuple) else value
        for name, value in values(scan).items()
    }

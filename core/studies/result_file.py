"""Results as HDF5, for other programs to read: the one writer of the command line and the page."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import h5py
import numpy as np

from core.array_types import AnyArray
from core.description import values
from core.methods.support.reconstruction import Reconstruction
from core.methods.support.sampling import SamplingMethod
from core.parameter import Value
from core.parameters import values_of
from core.problem.measured import MeasuredScan
from core.problem.measurement import Measurement, SimulatedMeasurement, Source
from core.problem.scan import Scan
from core.problem.volume_scan import VolumeScan
from core.studies.comparison import Comparison
from core.studies.comparison_result import MEASURES, ComparisonResult
from core.studies.measurements import measurement_of
from core.studies.posterior_samples import Samples

Attributes = Mapping[str, str | int | float]


def write_reconstruction(
    file: h5py.File, measurement: Measurement, result: Reconstruction, attributes: Attributes
) -> None:
    """Write /image, /sinogram, /angles_deg, /truth (if known) and /history/*.

    `attributes` say where the data come from; the parameters of the method are those of /image.
    Of a volume the first two are called /volume and /projections.
    """
    image = "image" if result.image.ndim == 2 else "volume"
    file[image] = result.image
    for name in result.history.names:
        file[f"history/{name}"] = result.history[name]
    file[image].attrs.update(result.parameters)
    file[image].attrs["method"] = result.method
    file[image].attrs["stop"] = result.stop
    _write_measurements(file, (measurement,), attributes)


def write_samples(
    file: h5py.File,
    measurement: Measurement,
    method: SamplingMethod,
    samples: Samples,
    attributes: Attributes,
) -> None:
    """Write /samples, their /mean and /std, /residuals, and the data as `write_reconstruction`.

    `attributes` say where the data come from; the parameters of the method are those of /samples.
    """
    file["samples"], file["residuals"] = samples.images, samples.residuals
    file["mean"], file["std"] = samples.mean, samples.deviation
    file["samples"].attrs.update(_plain(values_of(method)))
    file["samples"].attrs["method"] = method.name
    _write_measurements(file, (measurement,), attributes)


def samples_bytes(source: Source, method: SamplingMethod, samples: Samples) -> bytes:
    """The content of the file that `write_samples` writes."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_samples(file, measurement_of(source), method, samples, source_attributes(source))
    return buffer.getvalue()


def reconstruction_bytes(source: Source, result: Reconstruction) -> bytes:
    """The content of the file that `write_reconstruction` writes."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_reconstruction(file, measurement_of(source), result, source_attributes(source))
    return buffer.getvalue()


def comparison_bytes(comparison: Comparison, result: ComparisonResult) -> bytes:
    """A file with /images/NAME for each candidate, and what `write_reconstruction` has beside them.

    Images, /truth and /sinogram have a first axis over the scans where there are several. Their
    attributes are the method, its parameters, how it was tuned, and its scores, one for each scan.
    """
    buffer = io.BytesIO()
    scans = range(len(comparison.scans))
    with h5py.File(buffer, "w") as file:
        for number, candidate in enumerate(comparison.candidates):
            solved = [scan for scan in scans if result.has(scan, number)]
            if not solved:
                continue
            name = candidate.name if candidate.label else f"{candidate.name}_{candidate.tuning}"
            empty = np.full_like(result.image(solved[0], number), np.nan)
            stack = [result.image(n, number) if n in solved else empty for n in scans]
            image = file.create_dataset(f"images/{name}", data=_one_or_all(stack))
            image.attrs.update(_plain(values_of(candidate.method)))
            image.attrs["method"] = candidate.method.name
            image.attrs["tuning"] = result.said(number, "rule") or candidate.tuning
            for measure in MEASURES:
                image.attrs[f"score_{measure}"] = _one_or_all(list(result[measure][:, number]))
        measurements = [measurement_of(scan) for scan in comparison.scans]
        _write_measurements(file, measurements, source_attributes(comparison.scans[0]))
    return buffer.getvalue()


def source_attributes(source: Source) -> Attributes:
    """Everything that defines the data, flat; lengths in pixels, angles in degrees.

    The image of measured data times `scale` is in their units.
    """
    if isinstance(source, (Scan, VolumeScan)):
        return {"image_label": source.image.label, **_plain(values(source)), "key": source.key}
    if isinstance(source, MeasuredScan):
        scale = {"scale": source.prepared.scale}
        return {"sinogram": source.label, **_plain(values(source)), **scale, "key": source.key}
    return {"sinogram": source.label, "key": source.key}


def _write_measurements(
    file: h5py.File, measurements: Sequence[Measurement], attributes: Attributes
) -> None:
    """Write what all results of a file share."""
    data = "sinogram" if measurements[0].data.ndim == 2 else "projections"
    file[data] = _one_or_all([measurement.data for measurement in measurements])
    file["angles_deg"] = measurements[0].operator.beam.angles_deg
    simulated = [m for m in measurements if isinstance(m, SimulatedMeasurement)]
    if simulated:
        file["truth"] = _one_or_all([measurement.truth for measurement in simulated])
    file.attrs.update(attributes)


def _one_or_all(arrays: Sequence[Any]) -> AnyArray:
    return np.asarray(arrays[0] if len(arrays) == 1 else np.stack(arrays))


def _plain(given: Mapping[str, Value]) -> dict[str, str | int | float]:
    """Values as attributes hold them: a list of numbers is a text with commas."""
    return {
        name: ",".join(map(str, value)) if isinstance(value, tuple) else value
        for name, value in given.items()
    }

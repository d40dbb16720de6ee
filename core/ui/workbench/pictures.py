"""The pictures of the workbench: images in one grey range, data and residuals below them."""

from collections.abc import Sequence

import numpy as np

from core.array_types import Float32Array
from core.number_format import percent, significant
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.ui import cached
from core.ui.figures.panels import Axis, Panel, view_axis
from core.ui.workbench.displayed_result import Entry, grey_range, off_scale


def image_row(
    measurement: Measurement, entries: Sequence[Entry], iterations: Sequence[int]
) -> list[Panel]:
    """Truth and reconstructions; each reconstruction with one frame for each of `iterations`."""
    low, high = grey_range(measurement, entries)
    panels = []
    if isinstance(measurement, SimulatedMeasurement):
        panels.append(
            Panel(
                title="Truth m",
                image=measurement.truth,
                low=low,
                high=high,
                alt="The true image.",
            )
        )
    for entry in entries:
        own = off_scale(entry.image, low, high)
        panels.append(
            Panel(
                title=entry.short_title,
                caption=_per_frame(entry, iterations, "its own grey range" if own else "", True),
                image=_frames(entry, iterations),
                low=None if own else low,
                high=None if own else high,
                alt=f"Reconstruction by {entry.method.title}.",
            )
        )
    return panels


def error_row(
    measurement: SimulatedMeasurement, entries: Sequence[Entry], iterations: Sequence[int]
) -> list[Panel]:
    """Reconstruction minus truth, all on one diverging range."""
    truth = measurement.truth
    low, high = grey_range(measurement, entries)
    errors = [entry.image - truth for entry in entries]
    limit = symmetric_limit([e for e in errors if not off_scale(e, low, high)] or errors)
    panels = []
    for entry, error in zip(entries, errors, strict=True):
        own = off_scale(error, low, high)
        reach = symmetric_limit([error]) if own else limit
        panels.append(
            Panel(
                title=f"Error of {entry.letter}: m̂ − m",
                caption=_per_frame(entry, iterations, "its own range" if own else ""),
                image=_frames(entry, iterations),
                minus=truth,
                low=-reach,
                high=reach,
                colormap="diverging",
                alt=f"Reconstruction minus truth for {entry.method.title}.",
            )
        )
    return panels


def data_panel(measurement: Measurement) -> Panel:
    """The sinogram that was measured."""
    data = measurement.data
    return Panel(
        title="Data d",
        image=data,
        low=min(0.0, float(data.min())),
        high=float(data.max()),
        alt="The measured sinogram: detectors across, angles down.",
        x_axis=_detectors(measurement),
        y_axis=view_axis(measurement.operator.beam.angles_deg),
    )


def predictions(measurement: Measurement, entries: Sequence[Entry]) -> Float32Array:
    """G applied to each reconstruction: (entries, views, detectors)."""
    return np.stack([_prediction(measurement, entry) for entry in entries])


def _prediction(measurement: Measurement, entry: Entry) -> Float32Array:
    """G applied to an iterate of a run that is over, once for everybody who looks at it."""
    if not isinstance(measurement, SimulatedMeasurement):
        return measurement.operator.project(entry.image)
    last = entry.history.last("iteration")
    return cached.memoize(
        "prediction",
        measurement.scan,
        entry.method,
        last if entry.iteration is None else entry.iteration,
        entry.stop,
        compute=lambda: measurement.operator.project(entry.image),
    )


def predicted_row(
    measurement: Measurement, entries: Sequence[Entry], predictions: Float32Array
) -> list[Panel]:
    """What each reconstruction predicts (entries, views, detectors), in the range of the data."""
    data = measurement.data
    low, high = min(0.0, float(data.min())), float(data.max())
    panels = []
    for entry, predicted in zip(entries, predictions, strict=True):
        own = off_scale(predicted, low, high)
        panels.append(
            Panel(
                title=f"Predicted by {entry.letter}: Gm̂",
                caption=_joined(_iterate(entry), "its own grey range" if own else ""),
                image=predicted,
                low=None if own else low,
                high=None if own else high,
                alt=f"The sinogram that the result of {entry.method.title} predicts.",
                x_axis=_detectors(measurement),
                y_axis=view_axis(measurement.operator.beam.angles_deg),
            )
        )
    return panels


def residual_row(
    measurement: Measurement, entries: Sequence[Entry], predictions: Float32Array
) -> list[Panel]:
    """Predicted minus measured data, on one diverging range for all.

    Where the truth is known and would leave something, the row begins with it: −n, and what the
    model does not explain.
    """
    data = measurement.data
    reach = float(np.abs(data).max())
    rows = []
    if isinstance(measurement, SimulatedMeasurement):
        alt = "What the residual would be if the reconstruction were the truth."
        if measurement.scan is not None and not measurement.scan.exact:
            left = measurement.operator.project(measurement.truth) - data
            rows.append(("Residual of the truth: Gm − d", "", alt, left))
        elif (measurement.clean != data).any():
            rows.append(("Residual of the truth: −n", "", alt, measurement.clean - data))
    for entry, predicted in zip(entries, predictions, strict=True):
        alt = f"Predicted minus measured data for {entry.method.title}."
        rows.append((f"{entry.letter}: Gm̂ − d", _iterate(entry), alt, predicted - data))
    size = float(np.linalg.norm(data)) or 1.0
    residuals = [residual for *_, residual in rows]
    shared = [r for r in residuals if not off_scale(r, -reach, reach)]
    limit = symmetric_limit(shared or residuals)
    return [
        _residual(
            measurement,
            title,
            _joined(_share(float(np.linalg.norm(residual)) / size), iterate),
            alt,
            residual,
            reach,
            limit,
        )
        for title, iterate, alt, residual in rows
    ]


def _residual(
    measurement: Measurement,
    title: str,
    about: str,
    alt: str,
    residual: Float32Array,
    reach: float,
    limit: float,
) -> Panel:
    own = off_scale(residual, -reach, reach)
    span = symmetric_limit([residual]) if own else limit
    return Panel(
        title=title,
        caption=_joined(about, "its own range" if own else ""),
        image=residual,
        low=-span,
        high=span,
        colormap="diverging",
        alt=alt,
        x_axis=_detectors(measurement),
        y_axis=view_axis(measurement.operator.beam.angles_deg),
    )


def symmetric_limit(images: Sequence[Float32Array]) -> float:
    """A limit for ± ranges that one outlier does not blow up, in two digits for its colour bar.

    The 99.8th percentile of |value|.
    """
    largest = max((float(np.percentile(np.abs(image), 99.8)) for image in images), default=0.0)
    return float(f"{largest:.2g}") if largest > 0 else 1e-6


def _frames(entry: Entry, iterations: Sequence[int]) -> Float32Array | list[Float32Array]:
    """The entry's iterates, one a frame of the scrubber; its last image alone without one."""
    if not iterations:
        return entry.image
    return [entry.at(iteration).image for iteration in iterations]


def _per_frame(
    entry: Entry, iterations: Sequence[int], about: str, scored: bool = False
) -> str | list[str]:
    """The words under an image, for each frame of the scrubber: its score, or which iterate it is.

    An entry that is at another iterate than the scrubber says so with its score.
    """
    if not iterations:
        return _joined(_decibels(entry.history.last("snr")) if scored else "", about)
    captions = []
    for iteration in iterations:
        shot = entry.at(iteration)
        named = entry.iterates and not (scored and shot.iteration == iteration)
        score = _decibels(entry.snr_of(shot)) if scored else ""
        captions.append(_joined(score, entry.name_of(shot.iteration) if named else "", about))
    return captions


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)


def _share(share: float) -> str:
    """The size of a residual, as a part of that of the data."""
    return f"{percent(share)} of ‖d‖" if share < 10 else f"{significant(share, 2)} ‖d‖"


def _iterate(entry: Entry) -> str:
    """Which iterate an entry shows, where there are several."""
    return entry.name_of(entry.iteration) if entry.iterates and entry.iteration is not None else ""


def _decibels(snr: float) -> str:
    return f"SNR {snr:.1f} dB".replace("-", "−") if np.isfinite(snr) else ""


def _detectors(measurement: Measurement) -> Axis:
    return Axis(title="detector", first=1, last=measurement.operator.beam.detectors)

"""How a sinogram was measured: which axis counts views, at which angles, with which rays."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.array_types import Float32Array, Float64Array
from core.description import Described
from core.errors import InputError
from core.parameters import param
from core.problem.measured.checks import TURN, check_unit, check_values, turned, whole
from core.problem.preparation.consistency import moments
from core.problem.preparation.steps import Prepared
from core.problem.readers.sinogram.raw import RawSinogram

ANGLE_RANGE = (-3600.0, 3600.0)
DISTANCE_RANGE = (1.0, 100_000.0)


@dataclass(frozen=True, kw_only=True)
class Acquisition(Described):
    """What the file itself need not say, with the defaults for one that says all."""

    name: ClassVar[str] = "acquisition"

    orientation: str = param(
        "auto",
        choices=("auto", "rows", "columns"),
        words={"auto": "Automatic", "rows": "Rows", "columns": "Columns"},
        title="Views are",
        help=(
            "auto: the side with as many entries as there are angles; where both have, the one "
            "along which the mass is the same and the centre of mass a sinusoid."
        ),
    )
    angles_from: str = param(
        "file",
        choices=("file", "even"),
        words={"file": "From the file", "even": "Start and step"},
        title="Angles",
        help="file: those of the file, or of the second one. even: start, start + step, …",
    )
    angle_unit: str = param(
        "auto",
        choices=("auto", "degrees", "radians"),
        words={"auto": "Automatic", "degrees": "Degrees", "radians": "Radians"},
        title="Unit of the angles",
        only=("angles_from", ("file",)),
        help="auto: radians where the file says so, or where they end below 2π.",
    )
    angle_start: float = param(
        0.0,
        low=ANGLE_RANGE[0],
        high=ANGLE_RANGE[1],
        typed=True,
        unit="degrees",
        title="First angle",
        only=("angles_from", ("even",)),
    )
    angle_step: float = param(
        0.0,
        low=-180.0,
        high=180.0,
        typed=True,
        unit="degrees",
        title="Step between views",
        only=("angles_from", ("even",)),
        help="0: the views are evenly spaced over half a turn, a full one for a fan.",
    )
    angle_count: int = param(
        0,
        low=0,
        high=100_000,
        typed=True,
        title="Number of views",
        only=("angles_from", ("even",)),
        help="0: as many as the sinogram has on its side of views.",
    )
    rays: str = param(
        "parallel",
        choices=("parallel", "fan"),
        words={"parallel": "Parallel", "fan": "Fan"},
        title="Rays",
    )
    source_axis: float = param(
        1000.0,
        low=DISTANCE_RANGE[0],
        high=DISTANCE_RANGE[1],
        typed=True,
        unit="detectors",
        title="Source to axis",
        only=("rays", ("fan",)),
        help="In widths of a detector, before binning.",
    )
    axis_detector: float = param(
        1000.0,
        low=0.0,
        high=DISTANCE_RANGE[1],
        typed=True,
        unit="detectors",
        title="Axis to detector",
        only=("rays", ("fan",)),
        help="In widths of a detector, before binning.",
    )

    def upright(self, raw: RawSinogram) -> Prepared:
        """The sinogram with its views as rows and its angles in degrees, checked.

        Raises `InputError` where the angles do not fit, or where values are missing.
        """
        known = self._known_angles(raw)
        views_are_rows, why = self._orientation(raw, known)
        data = raw.data if views_are_rows else np.ascontiguousarray(raw.data.T)
        angles, unit = self._angles(known, raw, len(data))
        check_values(data, raw)
        for field in (raw.white, raw.dark):
            if field is not None and len(field) != data.shape[1]:
                raise InputError(
                    f"The flat or dark field has {len(field)} detectors, the sinogram "
                    f"{data.shape[1]}."
                )
        note = (
            f"{len(data)} views ({'rows' if views_are_rows else 'columns'}, {why}) of "
            f"{data.shape[1]} detectors; angles {angles.min():g}° to {angles.max():g}°, {unit}."
        )
        return Prepared(
            data=data,
            angles_deg=angles,
            white=raw.white,
            dark=raw.dark,
            fan=None if self.rays == "parallel" else (self.source_axis, self.axis_detector),
            note=note,
        )

    def _known_angles(self, raw: RawSinogram) -> Float64Array | None:
        """The angles of the file; None where they are start, step and count."""
        if self.angles_from == "even":
            return None
        if raw.angles is None:
            raise InputError(
                "The file holds no angles: give them in a second file, or as start and step."
            )
        if not np.isfinite(raw.angles).all():
            bad = int(np.flatnonzero(~np.isfinite(raw.angles))[0])
            raise InputError(f"Angle {bad + 1} of {len(raw.angles)} is not a number.")
        return raw.angles

    def _orientation(self, raw: RawSinogram, known: Float64Array | None) -> tuple[bool, str]:
        rows, columns = raw.data.shape
        count = self.angle_count if known is None else len(known)
        if self.orientation != "auto":
            return self.orientation == "rows", "as chosen"
        if count and rows != columns and count in (rows, columns):
            return count == rows, "by the number of angles"
        if count and count not in (rows, columns):
            raise InputError(
                f"There are {count} angles for a sinogram of {rows} × {columns} values: one side "
                "must have as many."
            )
        by_rows = self._inconsistency(raw.data, raw, known)
        by_columns = self._inconsistency(raw.data.T, raw, known)
        return by_rows <= by_columns, "by the sinusoid of the centre of mass"

    def _inconsistency(
        self, data: Float32Array, raw: RawSinogram, known: Float64Array | None
    ) -> float:
        """How far the mass and the centre of mass are from those of a sinogram."""
        values = np.nan_to_num(data)
        if raw.white is not None and len(raw.white) != data.shape[1]:
            return float("inf")  # the field says which side the detectors are
        if raw.white is not None and self._is_bright(values):
            values = values.max() - values  # counts: where the object is, there are few
        angles, _ = self._angles(known, raw, len(data), check=False)
        found = moments(values, angles)
        return found[0].mismatch + (found[1].mismatch if len(found) > 1 else 0.0)

    @staticmethod
    def _is_bright(values: Float32Array) -> bool:
        return float(values[:, :1].mean()) > float(values.mean())

    def _angles(
        self, known: Float64Array | None, raw: RawSinogram, views: int, *, check: bool = True
    ) -> tuple[Float64Array, str]:
        """The angles (views,) in degrees, and a few words on their unit."""
        if known is None:
            if check and self.angle_count and self.angle_count != views:
                raise InputError(
                    f"The number of views is {self.angle_count}, but the sinogram has {views} on "
                    "its side of views."
                )
            arc = 180.0 if self.rays == "parallel" else 360.0
            step = self.angle_step or arc / views
            return turned(self.angle_start + step * np.arange(views), "start and step")
        if len(known) != views:
            if check:
                raise InputError(
                    f"There are {len(known)} angles for {views} views: each view has one."
                )
            known = np.resize(known, views)
        unit, why = self.unit_of(known, raw.unit)
        if check:
            check_unit(known, unit)
        degrees = np.asarray(np.rad2deg(known) if unit == "radians" else known, np.float64)
        return turned(degrees, f"{unit} ({why})")

    def unit_of(self, angles: Float64Array, said: str) -> tuple[str, str]:
        """The unit of the angles, and how it is known."""
        if self.angle_unit != "auto":
            return self.angle_unit, "as chosen"
        if said:
            return said, "as the file says"
        # 0, 1, 2, … degrees end below 2π only where there are few of them.
        span = float(np.ptp(angles))
        radians = float(np.abs(angles).max()) <= TURN * 1.01 and span > 0 and not whole(angles)
        return ("radians" if radians else "degrees"), "by their size"

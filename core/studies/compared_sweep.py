"""Methods compared along a sweep: over a condition of the scan, or over what tunes the methods.

All points, slices and methods are one `Comparison`; this says which of its cells belong together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array
from core.errors import InputError
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.spread import spread_of
from core.studies.comparison import Comparison
from core.studies.comparison_result import ComparisonResult
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.robustness import Condition, sweep_points
from core.studies.tuned import tuned_parameter, with_value

FACTORS = (1 / 30, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Values of a parameter, in units of its default."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ComparedSweep:
    """A comparison along points, which have these `values` and `labels`.

    Its scans are the points of the first slice, then those of the second, or its candidates are the
    methods at the first point, then at the second. So there is soon a whole curve to see. Only
    what is `there`, (points, methods), is a part of the comparison.
    """

    comparison: Comparison
    values: Float64Array
    labels: tuple[str, ...]
    methods: tuple[EvaluatedMethod, ...]
    there: NDArray[np.bool_]

    def cells(self, column: Float64Array) -> Float64Array:
        """A column of the result, (scans, candidates), as (points, slices, methods).

        NaN where a method is not there.
        """
        found = column.reshape(-1, np.count_nonzero(self.there))
        cells = np.full((len(found), *self.there.shape), np.nan)
        cells[:, self.there] = found
        return cells.transpose(1, 0, 2)

    def spread(
        self, result: ComparisonResult, measure: str
    ) -> tuple[Float64Array, Float64Array, Float64Array]:
        """Mean, standard deviation and number of slices, each (points, methods).

        NaN where there is no slice yet; the deviation is NaN for one slice, too.
        """
        cells = self.cells(result[measure])
        known = np.isfinite(cells)
        spreads = np.array(
            [
                [spread_of(values[there]) for values, there in zip(point.T, mask.T, strict=True)]
                for point, mask in zip(cells, known, strict=True)
            ]
        )
        return spreads[..., 0], spreads[..., 1], known.sum(axis=1).astype(np.float64)


def condition_sweep(
    scans: Sequence[Source], condition: Condition, methods: Sequence[EvaluatedMethod]
) -> ComparedSweep:
    """The methods along one condition of the scan, each slice at each point.

    Raises `InputError` for measured data, whose conditions are what they are.
    """
    simulated = [scan for scan in scans if isinstance(scan, Scan)]
    if not simulated:
        raise InputError("Measured data cannot be measured again: only a parameter can be swept.")
    rows = [sweep_points(scan, condition) for scan in simulated]
    return ComparedSweep(
        comparison=Comparison(
            scans=tuple(point.scan for row in rows for point in row),
            candidates=tuple(methods),
            title=f"Comparison: {condition}",
            slow_scans=len(rows[0]),
            keep="none",
        ),
        values=np.array([point.value for point in rows[0]], float),
        labels=tuple(point.label for point in rows[0]),
        methods=tuple(methods),
        there=np.ones((len(rows[0]), len(methods)), bool),
    )


def parameter_sweep(scans: Sequence[Source], methods: Sequence[EvaluatedMethod]) -> ComparedSweep:
    """The methods with what tunes each of them at multiples of its default.

    A method that cannot be tuned stays as it is; a multiple that it does not allow is left out.
    Raises `InputError` where none can be tuned.
    """
    parameters = [tuned_parameter(method.method) for method in methods]
    if not any(parameters):
        raise InputError("None of these methods has a weight or iterations to sweep over.")
    scaled = [[_scaled(one, factor) for one in methods] for factor in FACTORS]
    return ComparedSweep(
        comparison=Comparison(
            scans=tuple(scans),
            candidates=tuple(one for point in scaled for one in point if one is not None),
            title="Comparison: parameter",
            slow_scans=1,
            keep="none",
        ),
        values=np.array(FACTORS),
        labels=tuple(f"{factor:.3g} × the default" for factor in FACTORS),
        methods=tuple(methods),
        there=np.array([[one is not None for one in point] for point in scaled]),
    )


def _scaled(evaluated: EvaluatedMethod, factor: float) -> EvaluatedMethod | None:
    """The method with the value that tunes it times a factor; None where that is not allowed.

    Iterations are rounded; none at all would leave an empty image.
    """
    parameter = tuned_parameter(evaluated.method)
    if parameter is None:
        return evaluated
    asked = factor * getattr(evaluated.method, parameter.name)
    value: Any = parameter.nearest(asked)
    rounding = 0.5 if parameter.whole else 1e-9 * abs(asked)
    if abs(value - asked) > rounding or (parameter.whole and value < 1):
        return None
    return replace(evaluated, method=with_value(evaluated.method, value).method)

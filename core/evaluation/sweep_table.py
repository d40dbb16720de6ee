"""The curves of a sweep as a table of numbers: each method at each of its points."""

import csv
import io

from core.evaluation.comparison_table import MEASURES
from core.studies.compared_sweep import ComparedSweep
from core.studies.comparison_result import ComparisonResult


def sweep_csv(sweep: ComparedSweep, result: ComparisonResult) -> str:
    """A row for each point and method, in full precision.

    Each measure has its mean over the slices and, where there are several, their standard
    deviation; what has not been computed is empty.
    """
    spreads = {
        name: spread
        for name in MEASURES
        if name != "gain" and (spread := sweep.spread(result, name))[2].any()
    }
    text = io.StringIO()
    writer = csv.writer(text)
    columns = [column for name in spreads for column in (name, f"{name}_deviation")]
    writer.writerow(["method", "setting", "point", "value", "slices", *columns])
    for point, (label, value) in enumerate(zip(sweep.labels, sweep.values, strict=True)):
        for number, method in enumerate(sweep.methods):
            cells: list[str] = []
            counts = [int(count[point, number]) for _, _, count in spreads.values()]
            for (mean, deviation, _), count in zip(spreads.values(), counts, strict=True):
                cells.append(repr(float(mean[point, number])) if count else "")
                cells.append(repr(float(deviation[point, number])) if count > 1 else "")
            most = max(counts, default=0)
            writer.writerow([method.title, method.tuning, label, float(value), most, *cells])
    return text.getvalue()

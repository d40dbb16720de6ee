"""The table of f, g and J against what PyProximal prints of its own run."""

import re

import numpy as np
import pyproximal
import pytest
from pyproximal.optimization import primal

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.proximal_gradient import ProximalGradient
from core.methods.support.reconstruction import reconstruct
from core.problem.scan import Scan
from core.ui.workbench.history_table import history_table, printed_rows

SCAN = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=12), detectors=46))


def by_iteration(lines: list[str]) -> dict[int, list[str]]:
    """The cells of each row by its first."""
    cells = [[cell for cell in line.replace("|", " ").split() if cell] for line in lines]
    return {int(row[0]): row[1:] for row in cells}


def test_the_table_has_what_pyproximal_prints(capsys: pytest.CaptureFixture[str]) -> None:
    measurement = SCAN.simulate()
    operator = measurement.operator
    method = ProximalGradient(sigma=3.0, iterations=35)
    shown = by_iteration(history_table(reconstruct(method, measurement).history).splitlines()[2:])
    primal.ProximalGradient(
        pyproximal.L2(Op=operator, b=measurement.data.ravel()),
        pyproximal.TV(operator.dims, sigma=3.0, niter=20, rtol=1e-4),
        x0=np.zeros(64 * 64, np.float32),
        tau=0.99 / operator.norm_squared,
        niter=35,
        show=True,
    )
    rows = re.findall(r"^ +\d+ .*$", capsys.readouterr().out, re.MULTILINE)
    printed = by_iteration(rows)
    both = sorted(shown.keys() & printed.keys())
    assert both == [*range(1, 11), *range(27, 36)]
    for iteration in both:
        ours, theirs = shown[iteration][:3], printed[iteration][1:4]
        # It prints four digits of iterates that agree with ours to 5e-4.
        np.testing.assert_allclose(np.array(ours, float), np.array(theirs, float), rtol=1.1e-3)


def test_a_long_run_has_a_short_table() -> None:
    assert printed_rows(6) == [0, 1, 2, 3, 4, 5]
    assert printed_rows(51) == [*range(11), 20, 30, 40, *range(41, 51)]
    rows = printed_rows(2001)
    assert (len(rows), rows[11], rows[-1]) == (30, 200, 2000)

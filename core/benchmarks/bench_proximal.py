"""Rows of the benchmark: the lecture's proximal gradient and ADMM, and ours."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.benchmarks.timing import Row, interleaved

AGAINST = "CT2D on ASTRA and PyProximal, without its printed table"


class _Lecture:
    """The lecture's scan, its own solvers as they come, and ours on the same data."""

    def __init__(self) -> None:
        import numpy as np
        import pylops
        import pyproximal

        from core.problem.scan import Scan
        from core.projection.projector import reference_projector

        scan = Scan()
        self.measurement = scan.simulate()
        self.note = f"{self.measurement.operator.threads} threads"
        self._data = self.measurement.data.ravel()
        self._start = np.zeros(scan.size**2, np.float32)
        shape = (scan.size, scan.size)
        self._G = reference_projector(scan.size, scan.beam)
        self._misfit = pyproximal.L2(Op=self._G, b=self._data)
        self._tv = pyproximal.TV(shape, sigma=0.01, niter=20)
        self._lengths = pyproximal.L21(ndim=2, sigma=0.01)
        self._gradient = pylops.Gradient(shape, kind="forward", edge=False, dtype=np.float32)

    def proximal_gradient(self) -> Any:
        """50 iterations with 20 inner ones."""
        from pyproximal.optimization import primal

        tau = 0.99 / self.measurement.operator.norm_squared
        with _quiet():
            return primal.ProximalGradient(
                self._misfit, self._tv, x0=self._start, tau=tau, niter=50
            )

    def admm(self) -> Any:
        """20 iterations with 20 of LSQR each."""
        from pyproximal.optimization import primal

        with _quiet():
            return primal.ADMML2(
                self._lengths,
                self._G,
                self._data,
                self._gradient,
                x0=self._start,
                tau=0.99 / 8,
                niter=20,
                iter_lim=20,
            )[0]

    def solve(self, method: Any) -> Any:
        """The last image of one of our methods."""
        operator = self.measurement.operator
        for step in method.iterate(operator, self.measurement.data):
            image = step.image
        return image

    def objective(self, method: Any, image: Any) -> float:
        """What `method` minimises, at an image."""
        operator, data = self.measurement.operator, self.measurement.data
        residual = operator.project(image) - data
        return float(sum(method.objective(operator, data, image, residual)))


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        # The lecture's solvers hand float64 to ASTRA, which takes float32 only.
        warnings.filterwarnings("ignore", message="CT2D operator received input")
        yield


def proximal_gradient() -> Row:
    """Measure the lecture's proximal gradient with total variation."""
    from core.methods.proximal_gradient import ProximalGradient

    lecture = _Lecture()
    baseline, ours = interleaved(
        lecture.proximal_gradient,
        lambda: lecture.solve(ProximalGradient()),
        rounds=3,
        ours_each=5,
    )
    return Row(
        what="proximal gradient with TV, 50 iterations",
        against=AGAINST,
        baseline=baseline,
        ours=ours,
        at_least=10,
        aim=30,
        note=lecture.note,
    )


def admm() -> Row:
    """Measure the lecture's ADMM."""
    from core.methods.admm import ADMM

    lecture = _Lecture()
    baseline, ours = interleaved(lecture.admm, lambda: lecture.solve(ADMM()), rounds=1, ours_each=3)
    return Row(
        what="ADMM with the L21 norm of the gradient, 20 × 20",
        against=AGAINST,
        baseline=baseline,
        ours=ours,
        at_least=12,
        aim=50,
        note=lecture.note,
    )


def time_to_objective() -> Row:
    """Measure how soon our fastest method is where the lecture's ADMM ends."""
    from core.methods.admm import ADMM

    lecture, fast = _Lecture(), ADMM(fast=True, iterations=100)
    operator, data = lecture.measurement.operator, lecture.measurement.data
    wanted = float("inf")
    needed = 0

    def baseline() -> None:
        nonlocal wanted
        wanted = lecture.objective(fast, lecture.admm().reshape(operator.dims))

    def ours() -> None:
        nonlocal needed
        for number, step in enumerate(fast.iterate(operator, data)):
            needed = number
            if lecture.objective(fast, step.image) <= wanted:
                return

    before, taken = interleaved(baseline, ours, rounds=1, ours_each=5)
    return Row(
        what="to the objective of ADMM 20 × 20, by our fastest",
        against=AGAINST,
        baseline=before,
        ours=taken,
        at_least=30,
        aim=80,
        note=f"{needed} steps of ADMM, fast, each looked at; {lecture.note}",
    )

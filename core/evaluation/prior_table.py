"""How good the priors are, each with its best weight, and how fast every solver converges.

Two scans are made: the lecture's, and one with 20 views and 1 % of noise. The weight σ of each
prior is chosen on the slice in the middle of each set, by the truth (oracle) and by the noise
(discrepancy); with it all slices are reconstructed by Douglas–Rachford splitting.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.markdown_table import markdown_table
from core.methods.douglas_rachford import DouglasRachford
from core.methods.priors import prior_named, priors_for
from core.methods.support.parameter_selection import SweepCurve, discrepancy, noise_norm, oracle
from core.methods.support.reconstruction import reconstruct
from core.number_format import mean_text, percent
from core.problem import metrics
from core.problem.images import StoredImage, demo_sets
from core.problem.measurement import SimulatedMeasurement
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.spread import Spread, spread_of
from core.studies.image_scores import image_scores
from core.studies.solver_comparison import PRIORS_FOR_ALL, compared_solvers, convergence_curves
from core.studies.solving import last_image

WEIGHTS = tuple(np.geomspace(1e-3, 1e3, 13).tolist())
ITERATIONS = 40
COMPARISON_STEPS = 200
CLOSE = 0.01
PRIOR_HEADINGS = ("prior", "σ by", "σ", "objective", "seconds", "SNR / dB", "PSNR / dB", "SSIM")


def scans() -> dict[str, Scan]:
    """The two scans by their titles."""
    noise = GaussianNoise(level=0.01)
    return {
        "the lecture's scan": Scan(),
        "20 views, 1 % noise": Scan(beam=ParallelBeam(views=EvenViews(angles=20)), noise=noise),
    }


@dataclass(frozen=True, kw_only=True)
class PriorRow:
    """A prior with one weight on one scan of one set; scores are (mean, standard deviation)."""

    scan: str
    set: str
    prior: str
    rule: str
    sigma: float
    objective: float
    seconds: float
    snr: Spread
    psnr: Spread
    ssim: Spread


def prior_rows(slices: int, advance: Callable[[], None] = lambda: None) -> Iterator[PriorRow]:
    """Yield a row for each scan, set, prior and rule that chose a weight.

    `slices` are spread evenly over each set. `advance` is called after each solve.
    """
    for title, scan in scans().items():
        for entry in demo_sets():
            numbers = sorted({int(n) for n in np.linspace(0, entry.slices - 1, slices)})
            measurements = [
                replace(scan, image=StoredImage(set=entry.name, slice=n)).simulate()
                for n in numbers
            ]
            for prior in priors_for(DouglasRachford.prior_form):
                middle = measurements[len(measurements) // 2]
                for rule, sigma in weights(prior, middle, advance).items():
                    method = DouglasRachford(prior=prior, sigma=sigma, iterations=ITERATIONS)
                    scores = np.array([_scores(method, m, advance) for m in measurements])
                    objective, seconds, snr, psnr, ssim = map(spread_of, scores.T)
                    yield PriorRow(
                        scan=title,
                        set=entry.name,
                        prior=prior,
                        rule=rule,
                        sigma=sigma,
                        objective=objective[0],
                        seconds=seconds[0],
                        snr=snr,
                        psnr=psnr,
                        ssim=ssim,
                    )


def weights(
    prior: str, measurement: SimulatedMeasurement, advance: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """The weight that each rule chooses; one that plays no part for a constraint."""
    if not prior_named(prior).weighted:
        return {"no weight": 1.0}
    truth, data = measurement.truth, measurement.data
    norms, snrs = [], []
    for sigma in WEIGHTS:
        method = DouglasRachford(prior=prior, sigma=sigma, iterations=ITERATIONS)
        image = last_image(method, measurement)
        norms.append(float(np.linalg.norm(measurement.operator.project(image) - data)))
        snrs.append(metrics.snr(image, truth))
        advance()
    unknown = np.full(len(WEIGHTS), np.nan)
    curve = SweepCurve(
        values=np.array(WEIGHTS),
        residual_norm=np.array(norms),
        penalty=unknown,
        freedom=unknown,
        snr=np.array(snrs),
        rays=data.size,
    )
    choices = {"oracle": oracle(curve), "discrepancy": discrepancy(curve, noise_norm(measurement))}
    return {rule: WEIGHTS[c.index] for rule, c in choices.items() if c.index is not None}


@dataclass(frozen=True, kw_only=True)
class SolverRow:
    """What a solver needs to come within 1 % of the minimum; NaN where it did not reach it."""

    scan: str
    prior: str
    sigma: float
    solver: str
    iterations: float
    seconds: float
    excess: float


def solver_rows(advance: Callable[[], None] = lambda: None) -> Iterator[SolverRow]:
    """Yield a row for each scan, prior and solver, on the default slice, σ by the oracle."""
    for title, scan in scans().items():
        measurement = scan.simulate()
        for prior in PRIORS_FOR_ALL:
            sigma = weights(prior, measurement, advance)["oracle"]
            results = {}
            for name, method in compared_solvers(prior, sigma, COMPARISON_STEPS).items():
                results[name] = reconstruct(method, measurement)
                advance()
            for name, curve in convergence_curves(results).items():
                excess = np.nan_to_num(curve.excess, nan=0.0)
                there = np.flatnonzero(excess <= CLOSE)
                first = int(there[0]) if there.size else None
                yield SolverRow(
                    scan=title,
                    prior=prior,
                    sigma=sigma,
                    solver=name,
                    iterations=np.nan if first is None else float(first),
                    seconds=np.nan if first is None else float(curve.seconds[first]),
                    excess=float(excess[-1]),
                )


def _scores(
    method: DouglasRachford, measurement: SimulatedMeasurement, advance: Callable[[], None]
) -> tuple[float, ...]:
    started = time.perf_counter()
    image = last_image(method, measurement)
    seconds = time.perf_counter() - started
    residual = measurement.operator.project(image) - measurement.data
    objective = sum(method.objective(measurement.operator, measurement.data, image, residual))
    scores = image_scores(image, measurement)
    advance()
    return objective, seconds, scores.snr, scores.psnr, scores.ssim


def as_markdown(priors: Sequence[PriorRow], solvers: Sequence[SolverRow]) -> str:
    """A table of priors for each scan and set, and one of solvers for each scan."""
    parts = []
    for scan, name in dict.fromkeys((row.scan, row.set) for row in priors):
        parts.append(f"**{scan}, {name}**\n")
        rows = [_prior_cells(row) for row in priors if (row.scan, row.set) == (scan, name)]
        parts.append(markdown_table(PRIOR_HEADINGS, rows, align="llr") + "\n")
    names = list(dict.fromkeys(row.solver for row in solvers))
    for scan in dict.fromkeys(row.scan for row in solvers):
        parts.append(f"**{scan}: seconds (iterations) to within 1 % of the minimum**\n")
        rows = []
        group = [row for row in solvers if row.scan == scan]
        for prior in dict.fromkeys(row.prior for row in group):
            cells = [row for row in group if row.prior == prior]
            rows.append([prior, f"{cells[0].sigma:.2g}", *map(_solver_cell, cells)])
        parts.append(markdown_table(["prior", "σ", *names], rows) + "\n")
    return "\n".join(parts)


def _prior_cells(row: PriorRow) -> list[str]:
    scores = (
        mean_text(*spread, decimals)
        for spread, decimals in ((row.snr, ".2f"), (row.psnr, ".2f"), (row.ssim, ".3f"))
    )
    numbers = (f"{row.sigma:.2g}", f"{row.objective:.4g}", f"{row.seconds:.2f}")
    return [row.prior, row.rule, *numbers, *scores]


def _solver_cell(row: SolverRow) -> str:
    if np.isnan(row.seconds):
        return f"{percent(row.excess)} above after {COMPARISON_STEPS}" if row.excess else "–"
    return f"{row.seconds:.2f} ({row.iterations:.0f})"

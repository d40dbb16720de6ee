"""Points worth seeing on the proximal page, each set up with one click."""

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.ui.workbench.scenes import Scene


def _noisy(scan: Scan, angles: int, level: float) -> Scan:
    return Scan(
        image=scan.image,
        beam=ParallelBeam(views=EvenViews(angles=angles)),
        noise=GaussianNoise(level=level),
    )


SCENES = (
    Scene(
        title="The lecture's two runs",
        text="Proximal gradient, 50 iterations, and ADMM, 20 × 20. The objectives say how far "
        "from the minimum each of them stops.",
        methods={"a": "proximal_gradient", "b": "admm"},
        scan=lambda scan: Scan(image=scan.image),
    ),
    Scene(
        title="The same minimum in fewer iterations",
        text="ADMM as in the lecture and ADMM with a better splitting, preconditioned. The stated "
        "problem is the same; look at the objective and at the SNR.",
        methods={"a": "admm", "b": "admm", "b.admm.fast": "true"},
        scan=lambda scan: Scan(image=scan.image),
    ),
    Scene(
        title="Staircases",
        text="TV at 20 views with 1 % noise. Slopes become steps, for TV counts a jump as much "
        "as a slow rise: look at the profile. Huber's corner is round, and slopes below its δ are "
        "only smoothed: so are noise and streaks, which come back in the flat parts.",
        methods={
            "a": "admm",
            "a.admm.fast": "true",
            "a.admm.sigma": "10",
            "b": "admm",
            "b.admm.fast": "true",
            "b.admm.prior": "huber_tv",
            "b.admm.sigma": "10",
        },
        scan=lambda scan: _noisy(scan, 20, 0.01),
    ),
    Scene(
        title="Loss of contrast",
        text="TV with too large a σ. Edges stay sharp, but what lies between them comes closer: "
        "small things fade first. The error map shows which.",
        methods={"a": "admm", "a.admm.fast": "true", "a.admm.sigma": "100", "errors": "true"},
        scan=lambda scan: _noisy(scan, 41, 0.01),
    ),
    Scene(
        title="Wavelets draw blocks",
        text="The same scan with few wavelet coefficients and with little TV. Each prior leaves "
        "its own signature: blocks and ripples here, patches there.",
        methods={
            "a": "admm",
            "a.admm.fast": "true",
            "a.admm.prior": "wavelet_l1",
            "a.admm.sigma": "10",
            "b": "admm",
            "b.admm.fast": "true",
            "b.admm.sigma": "10",
        },
        scan=lambda scan: _noisy(scan, 20, 0.01),
    ),
    Scene(
        title="What a constraint knows",
        text="No negative tissue. A constraint has no weight to choose, and still it brings "
        "decibels. TV and the constraint together bring a little more, if σ is small: try σ = 3.",
        methods={
            "a": "fista",
            "a.fista.prior": "nonnegative",
            "b": "fista",
            "b.fista.prior": "tv_nonnegative",
            "b.fista.sigma": "1",
        },
        scan=lambda scan: _noisy(scan, 20, 0.01),
    ),
)

"""Points worth seeing in the zoo, each set up with one click."""

from dataclasses import replace

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.problem.images import SheppLogan
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Scan
from core.ui.workbench.scenes import Scene


def _lecture(scan: Scan, angles: int = 41, noise: float = 0.0) -> Scan:
    noisy = GaussianNoise(level=noise) if noise else NoNoise()
    return Scan(image=scan.image, beam=ParallelBeam(views=EvenViews(angles=angles)), noise=noisy)


TV = {
    "admm.prior": "tv_nonnegative", "admm.sigma": "0.1", "admm.fast": "true",
    "admm.iterations": "60", "admm.inner_iterations": "40",
}  # fmt: skip


def _tv(letter: str) -> dict[str, str]:
    """Total variation, converged, in one of the places."""
    return {letter: "admm", **{f"{letter}.{name}": value for name, value in TV.items()}}


SCENES = (
    Scene(
        title="From stage to stage",
        text="Walk through the stages of learned primal-dual. The first makes the picture "
        "*worse*, by "
        "almost 3 dB: only the last stages are judged strictly in training, so the early ones may "
        "prepare. The last ones sharpen single edges: look at what each has changed.",
        methods={"a": "learned_primal_dual"},
        scan=_lecture,
    ),
    Scene(
        title="Against total variation",
        text="A network that has seen heads, total variation that has not, and FBP, where both "
        "begin. Switch on the error maps: where do they err, and how differently?",
        methods={"a": "learned_primal_dual", **_tv("b"), "c": "fbp"},
        scan=lambda scan: _lecture(scan, noise=0.01),
    ),
    Scene(
        title="To look at the data once, or again",
        text="The U-Net sees the data through FBP, once; the unrolled network goes back to them in "
        "each stage. Compare the residuals: which picture still agrees with the data?",
        methods={"a": "unet", "b": "learned_primal"},
        scan=_lecture,
    ),
    Scene(
        title="Fewer views than it knows",
        text="12 views: fewer than any network has seen, and a notice says so. The unrolled "
        "network moves away from the truth with its stages; the U-Net's picture stays calm, and is "
        "wrong. Which is the more honest? Look at the residuals.",
        methods={"a": "learned_primal_dual", "b": "unet", **_tv("c")},
        scan=lambda scan: _lecture(scan, angles=12),
    ),
    Scene(
        title="Not a head",
        text="A phantom of ellipses, flat inside: made for total variation, and almost foreign to "
        "the networks: 6 % of their training images were random ellipses, the others heads.",
        methods={"a": "learned_primal_dual", **_tv("b")},
        scan=lambda scan: replace(_lecture(scan), image=SheppLogan()),
    ),
    Scene(
        title="A denoiser for a prior",
        text="Plug-and-play and RED with the same network, which knows nothing of scanners, beside "
        "one that was trained for this one.",
        methods={"a": "plug_and_play", "b": "red", "c": "learned_primal_dual"},
        scan=_lecture,
    ),
)

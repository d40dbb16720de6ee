"""Points worth seeing on the classical page, each set up with one click."""

from dataclasses import replace

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.problem.noise import GaussianNoise, Noise, NoNoise, PoissonNoise
from core.problem.scan import Scan
from core.ui.workbench.scenes import Scene


def _noisy(level: float) -> Noise:
    return GaussianNoise(level=level)


def _lecture(scan: Scan, noise: Noise, angles: int = 41) -> Scan:
    return Scan(image=scan.image, beam=ParallelBeam(views=EvenViews(angles=angles)), noise=noise)


SCENES = (
    Scene(
        title="The lecture's comparison",
        text="Gᵀd is a blur, FBP streaks, regularised least squares draws a soft brain. Which "
        "residual still shows the head?",
        methods={"a": "regularised_least_squares", "b": "fbp", "c": "back_projection"},
        scan=lambda scan: _lecture(scan, NoNoise()),
    ),
    Scene(
        title="Semi-convergence",
        text="With 5 % noise LSQR finds the brain in a few iterations and the noise in the next. "
        "Play the iterations: where would you stop, and how would you know?",
        methods={"a": "lsqr", "a.lsqr.iterations": "60", "b": "sirt"},
        scan=lambda scan: _lecture(scan, _noisy(0.05)),
    ),
    Scene(
        title="Regularise or precondition",
        text="Regularisation and preconditioning, as many iterations each. Both smooth; only one "
        "of them converges to a good image. Set both to 300 iterations.",
        methods={
            "a": "regularised_least_squares",
            "a.regularised_least_squares.epsilon": "20",
            "b": "preconditioned_least_squares",
        },
        scan=lambda scan: _lecture(scan, _noisy(0.02)),
    ),
    Scene(
        title="A step too far",
        text="Gradient descent with 1.9/L and with 2.1/L. One converges, one explodes, although "
        "the first iterates look alike: which part of the picture blows up first?",
        methods={
            "a": "gradient_descent",
            "a.gradient_descent.step": "1.9",
            "b": "gradient_descent",
            "b.gradient_descent.step": "2.1",
            "b.gradient_descent.iterations": "200",
        },
        scan=lambda scan: _lecture(scan, NoNoise()),
    ),
    Scene(
        title="How fast is descent",
        text="A constant step, Nesterov's momentum, CGLS: the same misfit, the same cost per "
        "iteration. Look at the data term on log axes.",
        methods={
            "a": "gradient_descent",
            "b": "gradient_descent",
            "b.gradient_descent.rule": "nesterov",
            "c": "cgls",
            "c.cgls.iterations": "50",
        },
        scan=lambda scan: _lecture(scan, NoNoise()),
    ),
    Scene(
        title="One view at a time",
        text="Mini-batches of 4 views against all 41 at once, and SART with one view. The batches "
        "are at their best after a few passes, gradient descent after ten times as many; then "
        "each batch fits its own noise. A decreasing step size (*decay* 0.5) keeps most of what "
        "is lost.",
        methods={
            "a": "minibatch_gradient_descent",
            "a.minibatch_gradient_descent.iterations": "60",
            "b": "gradient_descent",
            "b.gradient_descent.iterations": "60",
            "c": "sart",
        },
        scan=lambda scan: _lecture(scan, _noisy(0.05)),
    ),
    Scene(
        title="Very few photons",
        text="With 200 photons a ray the logarithm is no longer harmless: some detectors see "
        "nothing. The transmission model counts photons, least squares fits their logarithm. "
        "(Counts of zero were raised to one, which biases the darkest rays in both.)",
        methods={
            "a": "transmission",
            "a.transmission.photons": "200",
            "a.transmission.iterations": "10",
            "b": "cgls",
            "b.cgls.iterations": "10",
        },
        scan=lambda scan: _lecture(scan, PoissonNoise(photons=200)),
    ),
    Scene(
        title="Cut off at the sides",
        text="100 detectors do not cover the head. Its rim is missing from every view, and every "
        "method shows a bright ring instead. Does a regulariser help?",
        methods={"a": "regularised_least_squares", "b": "fbp"},
        scan=lambda scan: replace(
            _lecture(scan, NoNoise()), beam=ParallelBeam(views=EvenViews(angles=90), detectors=100)
        ),
    ),
)

"""Two published benchmarks on random ellipses, and what was published.

Our FBP and total variation stand where the published ones do: so the set-up is the same, and the
networks may be compared. Which of the trained networks are for a benchmark, their plans say.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from core.array_types import Sinogram
from core.errors import InputError
from core.evaluation.benchmark import Benchmark, Group
from core.methods.admm import ADMM
from core.methods.base import Family, Hue, Method, Step
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.fbp import FBP
from core.methods.support.trained import trained_stages
from core.parameters import param
from core.problem.measurement import Measurement, SimulatedMeasurement
from core.projection.projector import Projector
from core.studies.available_methods import AVERAGED, ORIENTATIONS
from core.studies.evaluated_method import EvaluatedMethod

SEEDS = 10
"""The number of draws of the noise on the one test image of Adler & Öktem."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """A score in print; `ssim` is None where none was given."""

    method: str
    psnr: float
    source: str
    ssim: float | None = None


_AO = "Adler & Öktem 2017"
_BLS = "Baguer, Leuschner & Schmidt 2020"

PUBLISHED: Mapping[str, tuple[Published, ...]] = {
    "adler_oektem": (
        Published(method="fbp", psnr=19.75, source=_AO),
        Published(method="tv_anisotropic", psnr=29.83, source=_AO),
        Published(method="learned_gradient_plain", psnr=32.02, source=_AO),
    ),
    "dival": (
        Published(method="fbp", psnr=24.18, ssim=0.594, source=_BLS),
        Published(method="tv", psnr=27.96, ssim=0.862, source=_BLS),
        Published(method="deep_image_prior", psnr=28.94, ssim=0.886, source=_BLS),
        Published(method="unet", psnr=29.36, ssim=0.899, source=_BLS),
        Published(method="learned_gradient", psnr=30.30, ssim=0.916, source=_BLS),
        Published(method="learned_primal_dual", psnr=32.27, ssim=0.940, source=_BLS),
    ),
}
"""Networks of DIVal were trained on 32 000 images; its deep image prior has total variation."""


@final
@dataclass(frozen=True, kw_only=True)
class BenchmarkNetwork(Method):
    """A trained network by itself, for scans that no method of the laboratory is trained for."""

    name: ClassVar[str] = "benchmark_network"
    family: ClassVar[Family] = "learned"
    title: ClassVar[str] = "Network of a benchmark"
    idea: ClassVar[str] = "A network of the laboratory, trained for one published benchmark."
    equation: ClassVar[str] = r"m = f_\theta(d)"
    source: ClassVar[str] = "see the methods of the laboratory"
    position: ClassVar[int] = 0
    colour: ClassVar[Hue] = "slate"

    trained: str
    orientations: int = param(1, later=True, low=1, high=8)

    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the starting image and the image after each stage."""
        return trained_stages(self.trained, operator, data, self.orientations)

    def iterations_planned(self) -> int:
        """None that a progress bar could count: how many stages there are, the network says."""
        return 0


def _tv(prior: str, sigma: float) -> EvaluatedMethod:
    method = ADMM(prior=prior, sigma=sigma, iterations=60, inner_iterations=40, fast=True)
    return EvaluatedMethod(method=method, label=prior.removesuffix("_nonnegative"))


BASELINES: Mapping[str, tuple[EvaluatedMethod, ...]] = {
    "adler_oektem": (
        EvaluatedMethod(method=FBP(filter="hann")),
        _tv("tv", 1.4),
        _tv("tv_anisotropic", 1.4),
    ),
    "dival": (
        EvaluatedMethod(method=FBP(filter="hann", cutoff=0.7)),
        _tv("tv_nonnegative", 1.6),
        EvaluatedMethod(
            method=DeepImagePrior(
                iterations=1000,
                tv_weight=45.0,
                edge_scale=0.1,
                sharpening=0.5,
                averaging=0.98,
                architecture="hourglass",
                channels=64,
            ),
            images=10,
        ),
    ),
}
"""Settings chosen on training or validation images, never on the test."""


def adler_oektem(count: int | None = None) -> Benchmark:
    """The modified Shepp–Logan phantom with `count` draws of the noise, 10 by default."""
    from core.networks.data.ellipse_scans import NOISE, adler_oektem_test, operator

    def measure(number: int) -> Measurement:
        data, clean, truth = adler_oektem_test(number)
        return SimulatedMeasurement(operator=operator(), data=data, clean=clean, truth=truth)

    numbers = tuple(range(min(count or SEEDS, SEEDS)))
    return _benchmark("adler_oektem", "shepp_logan", NOISE["adler_oektem"], numbers, measure)


def dival(count: int | None = None) -> Benchmark:
    """The first `count` test images of DIVal, 100 by default, as those who published took."""
    from core.networks.data.ellipse_scans import NOISE, TEST_IMAGES, dival_part, operator

    def measure(number: int) -> Measurement:
        data, clean, truths = dival_part("test")
        return SimulatedMeasurement(
            operator=operator(), data=data[number], clean=clean[number], truth=truths[number]
        )

    numbers = tuple(range(min(count or TEST_IMAGES, TEST_IMAGES)))
    return _benchmark("dival", "ellipses", NOISE["dival"], numbers, measure)


def networks_for(benchmark: str) -> dict[str, str]:
    """The networks that are trained for a benchmark, and the method that each stands for."""
    from core.networks.catalogue import PLANS

    plans = PLANS.items()
    return {name: plan.stands_for for name, plan in plans if plan.benchmark == benchmark}


def _benchmark(
    benchmark: str,
    subject: str,
    noise: float,
    numbers: tuple[int, ...],
    measure: Callable[[int], Measurement],
) -> Benchmark:
    from core.networks.weights import card_of, digest_of

    methods, absent = list(BASELINES[benchmark]), []
    for name, label in networks_for(benchmark).items():
        try:
            card_of(name)
            for ending, orientations in {"": 1, AVERAGED: ORIENTATIONS}.items():
                network = BenchmarkNetwork(trained=name, orientations=orientations)
                methods.append(
                    EvaluatedMethod(
                        method=network, label=f"{label}{ending}", weights=digest_of(name)
                    )
                )
        except InputError as error:
            absent.append(str(error))
    group = Group(
        benchmark=benchmark, subject=subject, noise=noise, numbers=numbers, measure=measure
    )
    return Benchmark(groups=(group,), methods=tuple(methods), absent=tuple(absent))

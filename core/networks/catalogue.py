"""The networks that are trained, and how: one entry each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from core.errors import InputError
from core.networks.architectures.base import InversionNetwork
from core.networks.architectures.convex_ridge import ConvexRidge
from core.networks.architectures.denoiser import Denoiser
from core.networks.architectures.learned_gradient import LearnedGradient
from core.networks.architectures.learned_gradient_plain import LearnedGradientPlain
from core.networks.architectures.learned_primal import LearnedPrimal
from core.networks.architectures.learned_primal_dual import LearnedPrimalDual
from core.networks.architectures.learned_primal_dual_plain import LearnedPrimalDualPlain
from core.networks.architectures.learned_primal_plain import LearnedPrimalPlain
from core.networks.architectures.learned_proximal_gradient import LearnedProximalGradient
from core.networks.architectures.learned_proximal_gradient_plain import (
    LearnedProximalGradientPlain,
)
from core.networks.architectures.scan_aware_primal_dual import ScanAwarePrimalDual
from core.networks.architectures.unet import UNet
from core.networks.architectures.units import brightest, mean_of_data
from core.networks.training.ellipse_objective import EllipseScans
from core.networks.training.head_objective import HeadScans
from core.networks.training.optimisers import OptimiserName
from core.networks.training.ridge_objective import RidgeDenoising
from core.networks.training.training_objectives import Denoising, TrainingObjective
from core.networks.training.varied_objective import VariedScans


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one network is built and trained.

    `steps` of an optimiser on batches of `batch`, with a learning rate that falls from
    `learning_rate` to 0 along a cosine; `start_from` names a network whose weights it begins with
    where names and shapes agree. With `half`, convolutions and their gradients are computed in
    bfloat16 on devices that have it, which takes half the time; weights stay in float32.

    A network for a published `benchmark` stands there for the method `stands_for`, which may be
    its own; any other is for the images of the laboratory.
    """

    build: Callable[[], nn.Module]
    objective: Callable[[], TrainingObjective[Any, Any]]
    steps: int
    batch: int = 1
    learning_rate: float = 1e-3
    start_from: str | None = None
    half: bool = False
    optimiser: OptimiserName = "adam"
    benchmark: str = ""
    stands_for: str = ""


ELLIPSES = mean_of_data(8.0)
"""The unit that brings the images of the published benchmarks to about 1."""

DeepPrimalDual = partial(LearnedPrimalDual, stages=8)
"""For the published benchmarks: with five stages it had stopped improving."""

DeeperPrimalDual = partial(LearnedPrimalDual, stages=10, dual_width=48, fine=32)
"""For DIVal's ellipses: smaller, it had stopped improving there."""

LargeUNet = partial(UNet, widths=(64, 96, 128, 192), fine=48, slope=0.01)
"""For the published benchmark. Smaller, it had stopped improving, on its training images too; with
ReLUs that do not leak, six channels in ten had died."""


def _on_heads(network: type[InversionNetwork], steps: int, start_from: str | None = None) -> Plan:
    """A network for heads under the lecture's scan, for the most part."""
    return Plan(
        build=lambda: network().in_units(brightest),
        objective=HeadScans,
        steps=steps,
        batch=2,
        half=True,
        optimiser="muon",
        start_from=start_from,
    )


def _varied(network: type[InversionNetwork], steps: int, start_from: str) -> Plan:
    """A network for images of many kinds under many scans, beginning with one for heads."""
    return Plan(
        build=lambda: network().in_units(brightest),
        objective=VariedScans,
        steps=steps,
        batch=4,
        half=True,
        optimiser="muon",
        start_from=start_from,
    )


def _on_ellipses(
    network: Callable[[], InversionNetwork],
    method: str,
    benchmark: str,
    steps: int,
    rate: float = 3e-3,
) -> Plan:
    """A network for the training images and the scan of a benchmark, for which `method` stands."""
    return Plan(
        build=lambda: network().in_units(ELLIPSES),
        objective=partial(EllipseScans, benchmark),
        steps=steps,
        batch=4,
        half=True,
        optimiser="muon",
        learning_rate=rate,
        benchmark=benchmark,
        stands_for=method,
    )


PLANS: dict[str, Plan] = {
    "unet": _on_heads(UNet, 10_000),
    "denoiser": Plan(build=Denoiser, objective=Denoising, steps=2500, batch=8),
    "convex_ridge": Plan(
        build=ConvexRidge, objective=RidgeDenoising, steps=800, batch=16, learning_rate=1e-2
    ),
    "learned_gradient": _on_heads(LearnedGradient, 7000),
    "learned_proximal_gradient": _on_heads(LearnedProximalGradient, 8000),
    "learned_primal": _on_heads(LearnedPrimal, 8500),
    "learned_primal_dual": _on_heads(LearnedPrimalDual, 6000, "learned_primal"),
    "learned_primal_dual_varied": _varied(ScanAwarePrimalDual, 8400, "learned_primal_dual"),
    "unet_dival": _on_ellipses(LargeUNet, "unet", "dival", 108_600, rate=2e-3),
    "learned_gradient_dival": _on_ellipses(LearnedGradient, "learned_gradient", "dival", 16_000),
    "learned_primal_dual_dival": _on_ellipses(
        DeeperPrimalDual, "learned_primal_dual", "dival", 60_000, rate=1.4e-3
    ),
    "learned_gradient_adler_oektem": _on_ellipses(
        LearnedGradient, "learned_gradient_adler_oektem", "adler_oektem", 12_000
    ),
    "learned_primal_dual_adler_oektem": _on_ellipses(
        DeepPrimalDual, "learned_primal_dual_adler_oektem", "adler_oektem", 60_000, rate=1e-3
    ),
    "learned_gradient_plain": _on_ellipses(
        LearnedGradientPlain, "learned_gradient_plain", "adler_oektem", 7000
    ),
    "learned_gradient_plain_fbp": _on_ellipses(
        partial(LearnedGradientPlain, sharp=True),
        "learned_gradient_plain_fbp",
        "adler_oektem",
        4200,
    ),
    "learned_proximal_gradient_plain": _on_ellipses(
        LearnedProximalGradientPlain, "learned_proximal_gradient_plain", "adler_oektem", 6600
    ),
    "learned_primal_plain": _on_ellipses(
        LearnedPrimalPlain, "learned_primal_plain", "adler_oektem", 3900, rate=2e-3
    ),
    "learned_primal_dual_plain": _on_ellipses(
        LearnedPrimalDualPlain, "learned_primal_dual_plain", "adler_oektem", 16_200, rate=2e-3
    ),
}


def plan_named(name: str) -> Plan:
    """The plan of a network; raise `InputError` when there is none of this name."""
    if name not in PLANS:
        raise InputError(f"There is no network {name!r}; the networks are {', '.join(PLANS)}.")
    return PLANS[name]

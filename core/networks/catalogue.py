"""The networks that are trained, and how: one entry each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from core.networks.denoiser import Denoiser
from core.networks.ellipse_task import EllipseScans
from core.networks.learned_gradient import LearnedGradient
from core.networks.learned_primal import LearnedPrimal
from core.networks.learned_primal_dual import LearnedPrimalDual
from core.networks.learned_proximal_gradient import LearnedProximalGradient
from core.networks.tasks import Denoising, HeadScans, Task
from core.networks.unet import UNet
from core.problem.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one network is built and trained.

    `steps` of Adam on batches of `batch` with a learning rate that falls from `learning_rate`
    to 0 along a cosine; `start_from` names a network whose weights it begins with where names
    and shapes agree.
    """

    build: Callable[[], nn.Module]
    task: Callable[[], Task[Any, Any]]
    steps: int
    batch: int = 1
    learning_rate: float = 1e-3
    start_from: str | None = None


PLANS: dict[str, Plan] = {
    "unet": Plan(build=UNet, task=HeadScans, steps=6000),
    "denoiser": Plan(build=Denoiser, task=Denoising, steps=2500, batch=8),
    "learned_gradient": Plan(build=LearnedGradient, task=HeadScans, steps=1500),
    "learned_proximal_gradient": Plan(build=LearnedProximalGradient, task=HeadScans, steps=3000),
    "learned_primal": Plan(build=LearnedPrimal, task=HeadScans, steps=4000),
    "learned_primal_dual": Plan(
        build=LearnedPrimalDual, task=HeadScans, steps=1500, start_from="learned_primal"
    ),
    "unet_dival": Plan(build=UNet, task=partial(EllipseScans, "dival"), steps=3000),
    "learned_primal_dual_dival": Plan(
        build=LearnedPrimalDual, task=partial(EllipseScans, "dival"), steps=3500
    ),
    "learned_primal_dual_adler_oektem": Plan(
        build=LearnedPrimalDual, task=partial(EllipseScans, "adler_oektem"), steps=2000
    ),
}


def plan_named(name: str) -> Plan:
    """The plan of a network; raise `InputError` when there is none of this name."""
    if name not in PLANS:
        raise InputError(f"There is no network {name!r}; the networks are {', '.join(PLANS)}.")
    return PLANS[name]

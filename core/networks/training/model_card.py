"""The model card of a network that is being trained: what is stored beside its weights."""

import platform
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from core.networks.architectures.blocks import slope_of
from core.networks.catalogue import Plan, plan_named
from core.networks.training.optimisers import optimiser_text
from core.networks.training.training_state import Progress
from core.number_format import plural


def manner_of(plan: Plan, network: nn.Module, *, half: bool) -> dict[str, Any]:
    """How the steps of a plan are made, as cards say it."""
    return {
        "learning_rate": plan.learning_rate,
        "optimiser": optimiser_text(plan.optimiser),
        "batch": plan.batch,
        "precision": "bfloat16 convolutions" if half else "float32",
        "slope": slope_of(network),
    }


def model_card(
    name: str,
    described: Mapping[str, Any],
    network: nn.Module,
    progress: Progress,
    manner: Mapping[str, Any],
    *,
    planned: int,
    seed: int,
    threads: int,
) -> dict[str, Any]:
    """The card of the network `name` after so much progress of a training of `planned` steps.

    `described` is what its objective says of data, augmentation, loss, validation, scan and range,
    `manner` how its steps are made.
    """
    plan = plan_named(name)
    on_gpu = torch.cuda.is_available()
    return {
        "name": name,
        "architecture": type(network).__name__,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        **described,
        "start_from": plan.start_from or "random weights",
        **manner,
        "earlier": progress.earlier,
        "images": progress.images,
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
        "seed": seed,
        "steps": progress.step,
        "steps_planned": planned,
        "seconds": round(progress.seconds),
        "hardware": torch.cuda.get_device_name()
        if on_gpu
        else f"{plural(threads, 'thread')} of a {platform.machine()} CPU",
        "curve": progress.curve,
    }

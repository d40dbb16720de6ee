"""How a network is trained, from top to bottom: `python -m core train NAME`.

Every step draws a fresh batch from a generator seeded by (seed, step), so that a training that
was interrupted resumes as if it had not been. A moving average of the weights is what is saved.
"""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import InputError
from core.networks import weights
from core.networks.architectures.base import channels_last
from core.networks.catalogue import Plan, plan_named
from core.networks.training.optimisers import (
    AVERAGE,
    CLIP,
    WARM_UP,
    NetworkOptimiser,
    optimiser_text,
)
from core.networks.training.training_state import Progress, TrainingState, is_over
from core.storage.cache_folder import cache_folder


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a training; `steps` of None takes the plan's.

    A training that was interrupted is resumed, unless it is to be `fresh`. One that
    is to go `further` than the weights of the project begins with those, unless one that is not
    over has come further. Weights of the project that have seen more images than the training is to
    see are replaced by a `fresh` one only, and no weights before the new ones have seen more.
    """

    name: str
    steps: int | None = None
    seed: int = 0
    save_every: float = 300.0
    threads: int = 1
    fresh: bool = False
    further: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """The progress of a training: loss averaged since the last report, scores when measured."""

    step: int
    steps: int
    seconds: float
    rate: float
    loss: float
    scores: dict[str, float] | None


def train(settings: Settings, report: Callable[[Report], None]) -> Path:
    """Train a network and return the file of its weights; `report` is called about once a minute.

    Raises
    ------
    InputError
        If there is no such network, nothing is left to be done, its weights have seen more, the
        state of an interrupted training cannot be resumed, or the loss is not finite.
    """
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    plan = plan_named(settings.name)
    steps = settings.steps or plan.steps
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    network = channels_last(plan.build().to(device))
    if plan.start_from is not None:
        _begin_with(network, weights.load(plan.start_from).network)
    average = {key: value.detach().clone() for key, value in network.state_dict().items()}
    optimiser = NetworkOptimiser(network, plan.optimiser)
    state = TrainingState(network, average, optimiser)
    checkpoint = cache_folder("training") / f"{settings.name}.safetensors"
    progress = Progress()
    shipped = 0 if settings.fresh else weights.images_seen(settings.name)
    anew = settings.fresh or (settings.further and is_over(checkpoint))
    if checkpoint.exists() and not anew:
        progress = state.read(checkpoint, settings.seed)
    if settings.further and int(weights.card_of(settings.name)["steps"]) > progress.step:
        progress = state.start_from(settings.name, _manner(plan))
    done, begun, before = progress.step, progress.begun, progress.seconds
    if done >= steps:
        raise InputError(
            f"{settings.name} has been trained for {done} steps, and {steps} were asked for: ask "
            f"for more with --steps, or train it anew with --fresh."
        )

    progress.until = steps
    images_at_first = progress.images
    planned = images_at_first + (steps - done) * plan.batch
    if planned < shipped:
        raise InputError(
            f"The weights of {settings.name} have seen {shipped} images, and {steps} steps show "
            f"{planned}: ask for more with --steps, or replace them with --fresh."
        )

    objective = plan.objective()
    losses: list[float] = []
    started = reported = saved = time.perf_counter()
    reported_step = done
    for step in range(done, steps):
        random = np.random.default_rng([settings.seed, step])
        batch = objective.batch(random, plan.batch, step / steps)
        with torch.autocast(device.type, torch.bfloat16, enabled=plan.half):
            loss = objective.loss(network, batch)
        if not bool(torch.isfinite(loss)):
            raise InputError(
                f"The loss of {settings.name} is no longer finite at step {step}; the weights "
                f"saved last are kept. A smaller learning rate or another seed would help."
            )
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimiser.step(plan.learning_rate * learning_rate(step - begun, steps - begun))
        decay = min(AVERAGE, (step + 1) / (step + 10))
        for key, value in network.state_dict().items():
            average[key].lerp_(value, 1 - decay)
        losses.append(float(loss.detach()))

        now = time.perf_counter()
        last = step + 1 == steps
        save = last or now - saved > settings.save_every
        if save or now - reported > 60:
            progress.step, progress.seconds = step + 1, before + now - started
            progress.images = images_at_first + (step + 1 - done) * plan.batch
            scores = None
            if save:
                scores = _validate(plan.build(), average, objective)
                point = {"step": step + 1, "seconds": round(progress.seconds), **scores}
                progress.curve.append(point)
                state.write(checkpoint, settings.seed, progress)
                if last or progress.images >= shipped:
                    card = _card(settings, objective.card, network, steps, progress)
                    weights.save(settings.name, average, card)
            rate = (step + 1 - reported_step) / (now - reported)
            report(
                Report(
                    step=step + 1,
                    steps=steps,
                    seconds=progress.seconds,
                    rate=rate,
                    loss=float(np.mean(losses)),
                    scores=scores,
                )
            )
            losses.clear()
            reported_step = step + 1
            reported = time.perf_counter()
            saved = reported if save else saved
    return weights.path_of(settings.name)


def learning_rate(step: int, steps: int) -> float:
    """The part of the full learning rate at a step: a short rise, then half a cosine to 0."""
    return float(min(1, (step + 1) / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / steps)))


def _begin_with(network: nn.Module, other: nn.Module) -> None:
    """Copy the weights whose names and shapes agree."""
    state = network.state_dict()
    shared = {
        key: value
        for key, value in other.state_dict().items()
        if key in state and state[key].shape == value.shape
    }
    network.load_state_dict({**state, **shared})


@torch.no_grad()
def _validate(network: nn.Module, average: dict[str, Tensor], objective: Any) -> dict[str, float]:
    network.load_state_dict({key: value.cpu() for key, value in average.items()})
    scores = objective.validate(channels_last(network).eval())
    return {name: round(score, 3) for name, score in scores.items()}


def _manner(plan: Plan) -> dict[str, Any]:
    """How the steps of a plan are made, as cards say it."""
    return {
        "learning_rate": plan.learning_rate,
        "optimiser": optimiser_text(plan.optimiser),
        "batch": plan.batch,
        "precision": "bfloat16 convolutions" if plan.half else "float32",
    }


def _card(
    settings: Settings,
    described: dict[str, Any],
    network: nn.Module,
    steps: int,
    progress: Progress,
) -> dict[str, Any]:
    plan = plan_named(settings.name)
    on_gpu = torch.cuda.is_available()
    return {
        "name": settings.name,
        "architecture": type(network).__name__,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        **described,
        "start_from": plan.start_from or "random weights",
        **_manner(plan),
        "earlier": progress.earlier,
        "images": progress.images,
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
        "seed": settings.seed,
        "steps": progress.step,
        "steps_planned": steps,
        "seconds": round(progress.seconds),
        "hardware": torch.cuda.get_device_name()
        if on_gpu
        else f"{settings.threads} thread of a {platform.machine()} CPU",
        "curve": progress.curve,
    }

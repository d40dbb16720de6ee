"""How a network is trained, from top to bottom: `python -m core train NAME`.

Every step draws a fresh batch from a generator seeded by (seed, step), so that a training that
was interrupted resumes as if it had not been. A moving average of the weights is what is saved.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from core.errors import InputError
from core.networks import weights
from core.networks.architectures.base import channels_last
from core.networks.catalogue import Plan, plan_named
from core.networks.training.arithmetic import has_bfloat16, vanishing_as_zero
from core.networks.training.beginning import beginning
from core.networks.training.model_card import manner_of, model_card
from core.networks.training.optimisers import AVERAGE, CLIP, WARM_UP, NetworkOptimiser
from core.networks.training.training_lock import training_lock
from core.networks.training.training_state import TrainingState
from core.storage.cache_folder import cache_folder

LOOKS = 8
"""Batches by which it is seen which channels are dead."""


class Fields(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Batch = TypeVar("Batch", bound=Fields)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a training; `steps` of None takes the plan's.

    A training that was interrupted is resumed, unless it is to be `fresh`; one that was over goes
    on with a rate that rises anew. One that is to go `further` than the weights of the project
    begins with those, unless one that is not over has come further.

    Weights of the project are replaced by none that have seen fewer images or that validate worse,
    but for the last ones of a `fresh` training, which replace any.
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


class NothingLeftError(InputError):
    """A training that was asked for is over already, or would be of less than there is."""


def train(settings: Settings, report: Callable[[Report], None]) -> bool:
    """Train a network; return whether the weights of the project are now its last ones.

    `report` is called about once a minute.

    Raises
    ------
    NothingLeftError
        If nothing is left to be done, or its weights have seen more.
    InputError
        If there is no such network, the state of an interrupted training cannot be resumed, or
        another process is training it, or loss, gradients or scores are not finite; state and
        weights saved before are kept.
    """
    plan = plan_named(settings.name)
    checkpoint = cache_folder("training") / f"{settings.name}.safetensors"
    with training_lock(settings.name, checkpoint), vanishing_as_zero():
        return _train(settings, plan, checkpoint, report)


def _train(
    settings: Settings, plan: Plan, checkpoint: Path, report: Callable[[Report], None]
) -> bool:
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    steps = settings.steps or plan.steps
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    network = channels_last(plan.build().to(device))
    average = {key: value.detach().clone() for key, value in network.state_dict().items()}
    optimiser = NetworkOptimiser(network, plan.optimiser)
    state = TrainingState(network, average, optimiser)
    objective = plan.objective()
    half = plan.half and has_bfloat16(device)
    manner = manner_of(plan, network, half=half) | {"data": objective.card["data"]}

    def look() -> None:
        """Run the network over images of the training."""
        for step in range(LOOKS):
            random = np.random.default_rng([settings.seed, step])
            objective.loss(network, moved(objective.batch(random, plan.batch, 1.0), device))

    progress = beginning(
        settings.name,
        state,
        checkpoint,
        manner,
        look,
        seed=settings.seed,
        fresh=settings.fresh,
        further=settings.further,
    )
    done, begun, before, seen = progress.step, progress.begun, progress.seconds, progress.images
    shipped = weights.images_seen(settings.name)
    planned = seen + (steps - done) * plan.batch
    if done >= steps:
        raise NothingLeftError(
            f"{settings.name} has been trained for {done} steps, and {steps} were asked for: ask "
            f"for more with --steps, or train it anew with --fresh."
        )
    if planned < shipped and not progress.replaces:
        raise NothingLeftError(
            f"The weights of {settings.name} have seen {shipped} images, and {steps} steps show "
            f"{planned}: ask for more with --steps, or replace them with --fresh."
        )
    progress.until = steps

    best, kept = weights.validation_of(settings.name), False
    losses: list[float] = []
    started = reported = saved = time.perf_counter()
    reported_step = done
    for step in range(done, steps):
        random = np.random.default_rng([settings.seed, step])
        batch = moved(objective.batch(random, plan.batch, step / steps), device)
        with torch.autocast(device.type, torch.bfloat16, enabled=half):
            loss = objective.loss(network, batch)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        if not bool(torch.isfinite(loss) & torch.isfinite(norm)):
            raise InputError(_diverged(settings.name, step))
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
            progress.images = seen + (step + 1 - done) * plan.batch
            scores = None
            if save:
                scores = _validate(plan.build(), average, objective)
                if not np.isfinite(list(scores.values())).all():
                    raise InputError(_diverged(settings.name, step))
                point = {"step": step + 1, "seconds": round(progress.seconds), **scores}
                progress.curve.append(point)
                state.write(checkpoint, settings.seed, progress)
                score = float(np.mean(list(scores.values())))
                better = best is None or (score >= best and progress.images >= shipped)
                kept = better or (last and progress.replaces)
                if kept:
                    best = score
                    how = {"seed": settings.seed, "threads": settings.threads, "planned": steps}
                    card = model_card(
                        settings.name, objective.card, network, progress, manner, **how
                    )
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
    return kept


def moved(batch: Batch, device: torch.device) -> Batch:
    """A batch, a dataclass, with its tensors on a device; its scan stays on the processor."""
    tensors = {
        field.name: value.to(device)
        for field in fields(batch)
        if isinstance(value := getattr(batch, field.name), Tensor)
    }
    return replace(batch, **tensors)


def learning_rate(step: int, steps: int) -> float:
    """The part of the full learning rate at a step: a short rise, then half a cosine to 0."""
    return float(min(1, (step + 1) / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / steps)))


@torch.no_grad()
def _validate(network: nn.Module, average: dict[str, Tensor], objective: Any) -> dict[str, float]:
    network.load_state_dict({key: value.cpu() for key, value in average.items()})
    scores = objective.validate(channels_last(network).eval())
    return {name: round(score, 3) for name, score in scores.items()}


def _diverged(name: str, step: int) -> str:
    return (
        f"The training of {name} has diverged: its loss, gradients or scores are no longer finite "
        f"at step {step}. The weights saved last are kept. A smaller learning rate in "
        f"core/networks/catalogue.py would help."
    )

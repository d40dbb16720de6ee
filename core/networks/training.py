"""How a network is trained, from top to bottom: `python -m core train NAME`.

Every step draws a fresh batch from a generator seeded by (seed, step), so that a training that
was interrupted goes on as if it had not been. A moving average of the weights is what is saved.
"""

import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from core.networks import weights
from core.networks.base import channels_last
from core.networks.catalogue import plan_named
from core.problem.cache_folder import cache_folder
from core.problem.errors import InputError

AVERAGE = 0.998
"""How much of the averaged weights survives a step."""

WARM_UP = 100
"""Steps in which the learning rate rises to its value."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a training may be told; `steps` of None asks for the plan's.

    A training that was interrupted goes on where it was, unless it is to be `fresh`. One that
    is to go `further` than the weights of the project begins with those.
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
    """Where a training stands: loss averaged since the last report, scores when measured."""

    step: int
    steps: int
    seconds: float
    rate: float
    loss: float
    scores: dict[str, float] | None


def train(settings: Settings, tell: Callable[[Report], None]) -> Path:
    """Train a network and return the file of its weights; `tell` hears about once a minute.

    Raises
    ------
    InputError
        If there is no such network, or its loss is not finite.
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
    optimiser = torch.optim.Adam(network.parameters(), lr=plan.learning_rate, betas=(0.9, 0.99))
    state = _State(network, average, optimiser)
    checkpoint = cache_folder("training") / f"{settings.name}.safetensors"
    done, seconds, curve = 0, 0.0, list[dict[str, float]]()
    if checkpoint.exists() and not settings.fresh:
        done, seconds, curve = state.read(checkpoint)
    elif settings.further:
        done, seconds, curve = state.take_up(weights.load(settings.name))
    if done >= steps:
        raise InputError(
            f"{settings.name} has been trained for {done} steps, and {steps} were asked for: ask "
            f"for more with --steps, or train it anew with --fresh."
        )

    task = plan.task()
    losses: list[float] = []
    started = told = saved = time.perf_counter()
    told_step = done
    for step in range(done, steps):
        for group in optimiser.param_groups:
            group["lr"] = plan.learning_rate * learning_rate(step, steps)
        random = np.random.default_rng([settings.seed, step])
        batch = task.batch(random, plan.batch, step / steps)
        loss = task.loss(network, batch)
        if not bool(torch.isfinite(loss)):
            raise InputError(
                f"The loss of {settings.name} is no longer finite at step {step}; the weights "
                f"saved last are kept. A smaller learning rate or another seed would help."
            )
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        kept = min(AVERAGE, (step + 1) / (step + 10))
        for key, value in network.state_dict().items():
            average[key].lerp_(value, 1 - kept)
        losses.append(float(loss.detach()))

        now = time.perf_counter()
        last = step + 1 == steps
        save = last or now - saved > settings.save_every
        if save or now - told > 60:
            elapsed = seconds + now - started
            scores = None
            if save:
                scores = _validate(plan.build(), average, task)
                curve.append({"step": step + 1, "seconds": round(elapsed), **scores})
                state.write(checkpoint, step + 1, elapsed, curve)
                card = _card(settings, task.card, network, step + 1, steps, elapsed, curve)
                weights.save(settings.name, average, card)
            rate = (step + 1 - told_step) / (now - told)
            tell(
                Report(
                    step=step + 1,
                    steps=steps,
                    seconds=elapsed,
                    rate=rate,
                    loss=float(np.mean(losses)),
                    scores=scores,
                )
            )
            losses.clear()
            told_step = step + 1
            told = time.perf_counter()
            saved = told if save else saved
    return weights.path_of(settings.name)


def learning_rate(step: int, steps: int) -> float:
    """The part of the full learning rate at a step: a short rise, then half a cosine to 0."""
    return float(min(1, (step + 1) / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / steps)))


def _begin_with(network: nn.Module, other: nn.Module) -> None:
    """Copy the weights whose names and shapes agree."""
    own = network.state_dict()
    given = {
        key: value
        for key, value in other.state_dict().items()
        if key in own and own[key].shape == value.shape
    }
    network.load_state_dict({**own, **given})


@torch.no_grad()
def _validate(network: nn.Module, average: dict[str, Tensor], task: Any) -> dict[str, float]:
    network.load_state_dict({key: value.cpu() for key, value in average.items()})
    scores = task.validate(channels_last(network).eval())
    return {name: round(score, 3) for name, score in scores.items()}


def _card(
    settings: Settings,
    described: dict[str, Any],
    network: nn.Module,
    step: int,
    steps: int,
    seconds: float,
    curve: list[dict[str, float]],
) -> dict[str, Any]:
    plan = plan_named(settings.name)
    on_gpu = torch.cuda.is_available()
    return {
        "name": settings.name,
        "architecture": type(network).__name__,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        **described,
        "start_from": plan.start_from or "random weights",
        "batch": plan.batch,
        "learning_rate": plan.learning_rate,
        "seed": settings.seed,
        "steps": step,
        "steps_planned": steps,
        "seconds": round(seconds),
        "hardware": torch.cuda.get_device_name()
        if on_gpu
        else f"{settings.threads} thread of a {platform.machine()} CPU",
        "curve": curve,
    }


class _State:
    """Everything that a training needs to go on, as one safetensors file."""

    def __init__(
        self, network: nn.Module, average: dict[str, Tensor], optimiser: torch.optim.Adam
    ) -> None:
        self.network = network
        self.average = average
        self.optimiser = optimiser

    def write(self, path: Path, step: int, seconds: float, curve: list[dict[str, float]]) -> None:
        """Save weights, their average and Adam's moments."""
        tensors = {f"network/{k}": v for k, v in self.network.state_dict().items()}
        tensors |= {f"average/{k}": v for k, v in self.average.items()}
        for index, moments in self.optimiser.state_dict()["state"].items():
            tensors |= {f"adam/{index}/{name}": value for name, value in moments.items()}
        partial = path.with_suffix(".partial")
        facts = json.dumps({"step": step, "seconds": seconds, "curve": curve})
        save_file({k: v.contiguous() for k, v in tensors.items()}, partial, {"facts": facts})
        partial.replace(path)

    def take_up(self, trained: weights.Trained) -> tuple[int, float, list[dict[str, float]]]:
        """Begin with the weights of the project; return their step, seconds and curve."""
        self.network.load_state_dict(trained.network.state_dict())
        for key, value in self.network.state_dict().items():
            self.average[key].copy_(value)
        card = trained.card
        return int(card["steps"]), float(card["seconds"]), list(card["curve"])

    def read(self, path: Path) -> tuple[int, float, list[dict[str, float]]]:
        """Take up a saved state; return step, seconds and curve."""
        tensors = load_file(path)
        with safe_open(path, framework="pt") as file:
            facts = json.loads(file.metadata()["facts"])
        parts: dict[str, dict[str, Tensor]] = {"network": {}, "average": {}, "adam": {}}
        for key, value in tensors.items():
            part, _, name = key.partition("/")
            parts[part][name] = value
        self.network.load_state_dict(parts["network"])
        for key, value in parts["average"].items():
            self.average[key].copy_(value)
        moments: dict[int, dict[str, Tensor]] = {}
        for key, value in parts["adam"].items():
            index, _, name = key.partition("/")
            moments.setdefault(int(index), {})[name] = value
        described = self.optimiser.state_dict()
        self.optimiser.load_state_dict({**described, "state": moments})
        return int(facts["step"]), float(facts["seconds"]), list(facts["curve"])

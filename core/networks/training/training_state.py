"""Everything that a training needs to be resumed, on disk."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from core.errors import InputError
from core.networks import weights


class TrainingState:
    """Everything that a training needs to be resumed, as one safetensors file."""

    def __init__(
        self, network: nn.Module, average: dict[str, Tensor], optimiser: torch.optim.Adam
    ) -> None:
        self.network = network
        self.average = average
        self.optimiser = optimiser

    def write(
        self,
        path: Path,
        seed: int,
        step: int,
        seconds: float,
        curve: list[dict[str, float]],
    ) -> None:
        """Save weights, their average, Adam's moments, and the settings of the training."""
        tensors = {f"network/{k}": v for k, v in self.network.state_dict().items()}
        tensors |= {f"average/{k}": v for k, v in self.average.items()}
        for index, moments in self.optimiser.state_dict()["state"].items():
            tensors |= {f"adam/{index}/{name}": value for name, value in moments.items()}
        partial = path.with_suffix(".partial")
        facts = json.dumps({"seed": seed, "step": step, "seconds": seconds, "curve": curve})
        save_file({k: v.contiguous() for k, v in tensors.items()}, partial, {"facts": facts})
        partial.replace(path)

    def start_from(self, trained: weights.Trained) -> tuple[int, float, list[dict[str, float]]]:
        """Start from the weights of the project; return their step, seconds and curve."""
        self.network.load_state_dict(trained.network.state_dict())
        for key, value in self.network.state_dict().items():
            self.average[key].copy_(value)
        card = trained.card
        return int(card["steps"]), float(card["seconds"]), list(card["curve"])

    def read(self, path: Path, seed: int) -> tuple[int, float, list[dict[str, float]]]:
        """Load a saved state; return step, seconds and curve.

        Raises `InputError` when it is damaged, or of another network or seed.
        """
        try:
            facts = self._restore(path)
        except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
            raise InputError(
                f"The interrupted training {path} is damaged, or of another version of the "
                "network. Start again with --fresh."
            ) from error
        if facts["seed"] != seed:
            raise InputError(
                f"The interrupted training {path} has the seed {facts['seed']}, not "
                f"{seed}: resume it with --seed {facts['seed']}, or start again with --fresh."
            )
        return int(facts["step"]), float(facts["seconds"]), list(facts["curve"])

    def _restore(self, path: Path) -> dict[str, Any]:
        """Load everything; return what is no tensor."""
        tensors = load_file(path)
        with safe_open(path, framework="pt") as file:
            facts: dict[str, Any] = json.loads(file.metadata()["facts"])
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
        return facts

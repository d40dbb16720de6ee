"""Everything that a training needs to be resumed, on disk."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from core.errors import InputError
from core.networks import weights
from core.networks.architectures.blocks import slope_of
from core.networks.training.growth import FINE, grown
from core.networks.training.optimisers import NetworkOptimiser
from core.number_format import plural
from core.storage.draft import draft_of


@dataclass
class Progress:
    """How far a training is: steps, seconds, and its scores by step.

    The learning rate falls from step `begun`, the first of this training, to `until`, where it is
    over. `earlier` says in what other manner the first steps were made, and where the rate rose
    anew, as cards show it; `images` have been seen. With `replaces` the weights of the project give
    way to the last ones, even if those have seen less or validate worse.
    """

    step: int = 0
    images: int = 0
    begun: int = 0
    until: int = 0
    seconds: float = 0.0
    curve: list[dict[str, float]] = field(default_factory=list)
    earlier: str = ""
    replaces: bool = False

    def begin_again(self) -> None:
        """Let the rate rise and fall anew from here on."""
        self.begun = self.step
        self.earlier += f"from step {self.step} on the rate rose and fell anew; "


def is_over(path: Path) -> bool:
    """Whether a saved state is that of a training that has made all its steps."""
    return 0 < _number(path, "until") <= steps_of(path)


def steps_of(path: Path) -> int:
    """How many steps a saved state has made; 0 when there is none, or it cannot be read."""
    return _number(path, "step")


def _number(path: Path, name: str) -> int:
    try:
        return int(_facts(path)[name])
    except (SafetensorError, OSError, ValueError, KeyError):
        return 0  # `TrainingState.read` says what is wrong with it


def _facts(path: Path) -> dict[str, Any]:
    """What is no tensor of a saved state."""
    with safe_open(path, framework="pt") as file:
        facts: dict[str, Any] = json.loads((file.metadata() or {})["facts"])
    return facts


class TrainingState:
    """Everything that a training needs to be resumed, as one safetensors file."""

    def __init__(
        self, network: nn.Module, average: dict[str, Tensor], optimiser: NetworkOptimiser
    ) -> None:
        self.network = network
        self.average = average
        self.optimiser = optimiser

    def write(self, path: Path, seed: int, progress: Progress) -> None:
        """Save weights, their average, the optimiser's moments, and how far the training is."""
        tensors = {f"network/{k}": v for k, v in self.network.state_dict().items()}
        tensors |= {f"average/{k}": v for k, v in self.average.items()}
        tensors |= {f"moments/{k}": v for k, v in self.optimiser.moments().items()}
        made = {"optimiser": self.optimiser.name, "slope": slope_of(self.network)}
        facts = json.dumps({"seed": seed, **made, **asdict(progress)})
        with draft_of(path) as draft:
            save_file({k: v.contiguous() for k, v in tensors.items()}, draft, {"facts": facts})

    def start_from(self, name: str, manner: Mapping[str, Any]) -> Progress:
        """Start from the weights of the project, with steps made as cards describe it.

        They may be those of fewer stages, channels or layers than the network has. Raises
        `InputError` when they are missing, damaged, or of another network.
        """
        tensors, card = weights.read(name)
        try:
            self.network.load_state_dict(grown(tensors, self.network))
        except (KeyError, RuntimeError) as error:
            raise InputError(weights.outdated(name)) from error
        self.average_anew()
        steps = int(card["steps"])
        progress = Progress(
            step=steps,
            images=int(card["images"]),
            begun=steps,
            seconds=float(card["seconds"]),
            curve=list(card["curve"]),
            earlier=card["earlier"],
        )
        fewer = self._fewer(tensors)
        if fewer or any(card[what] != how for what, how in manner.items()):
            made = [f"to step {steps}", *fewer]
            if card["batch"] != manner["batch"]:
                made.append(f"{plural(card['batch'], 'image')} a step")
            if card["learning_rate"] != manner["learning_rate"]:
                made.append(f"learning rate {card['learning_rate']:g}")
            if card["slope"] != manner["slope"]:
                made.append("ReLU" if card["slope"] == 0 else f"slope {card['slope']:g} below zero")
            if card["precision"] != manner["precision"]:
                made.append(card["precision"])
            if card["data"] != manner["data"]:
                made.append(f"on {card['data']}")
            progress.earlier += f"{', '.join(made)}: {card['optimiser']}. Then: "
        else:
            progress.begin_again()
        return progress

    def average_anew(self) -> None:
        """Let the average be the weights as they are."""
        for key, value in self.network.state_dict().items():
            self.average[key].copy_(value)

    def _fewer(self, tensors: Mapping[str, Tensor]) -> list[str]:
        """Of what weights have less than the network, as words."""
        state = self.network.state_dict()
        added = state.keys() - tensors.keys()
        layers = set(filter(FINE.search, added))
        stages = added - layers
        # What has one number for each stage differs in shape where stages are missing.
        narrow = not stages and any(t.shape != state[key].shape for key, t in tensors.items())
        found = {"stages": stages, "layers": layers, "channels": narrow}
        return [f"fewer {what}" for what, fewer in found.items() if fewer]

    def read(self, path: Path, seed: int) -> Progress:
        """Load a saved state.

        Raises `InputError` when it is damaged, or of another network, optimiser or seed.
        """
        try:
            facts = self._restore(path)
        except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
            raise InputError(
                f"The interrupted training {path} is damaged, or of another version of the "
                "network or its optimiser. Delete the file to begin without it."
            ) from error
        if facts["seed"] != seed:
            raise InputError(
                f"The interrupted training {path} has the seed {facts['seed']}, not "
                f"{seed}: resume it with --seed {facts['seed']}, or delete the file to begin "
                "without it."
            )
        known = {field.name for field in fields(Progress)}
        return Progress(**{name: fact for name, fact in facts.items() if name in known})

    def _restore(self, path: Path) -> dict[str, Any]:
        """Load everything; return what is no tensor."""
        tensors, facts = load_file(path), _facts(path)
        if facts["optimiser"] != self.optimiser.name:
            raise ValueError("The moments are those of another optimiser.")
        if facts.get("slope", 0.0) != slope_of(self.network):
            raise ValueError("The weights are those of other activations.")
        parts: dict[str, dict[str, Tensor]] = {"network": {}, "average": {}, "moments": {}}
        for key, value in tensors.items():
            part, _, name = key.partition("/")
            parts[part][name] = value
        self.network.load_state_dict(parts["network"])
        for key, value in parts["average"].items():
            self.average[key].copy_(value)
        self.optimiser.load_moments(parts["moments"])
        return facts

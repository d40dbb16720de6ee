"""Weights on disk: safetensors files, each with its model card in the header."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from core.errors import InputError
from core.networks.architectures.base import channels_last
from core.networks.architectures.blocks import slope_of
from core.networks.catalogue import plan_named
from core.networks.training.head_objective import SHORT_SCAN
from core.networks.training.optimisers import optimiser_text
from core.problem.image_files import changed_at
from core.problem.stored import ASSETS
from core.storage.draft import draft_of

FOLDER = ASSETS / "weights"

CARD = frozenset(
    {"name", "architecture", "parameters", "data", "scan", "range", "start_from", "batch"}
    | {"learning_rate", "seed", "steps", "steps_planned", "seconds", "hardware", "curve"}
)
"""What a model card says at least."""

FORMAT = 1
"""Raised when architectures change, so that older weights are recognised."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A network ready for use, and its model card."""

    network: nn.Module
    card: Mapping[str, Any]


def path_of(name: str) -> Path:
    """Where the weights of a network are."""
    return FOLDER / f"{name}.safetensors"


def save(name: str, state: Mapping[str, Tensor], card: Mapping[str, Any]) -> Path:
    """Write weights in half precision, beside the card, in one step that cannot be half done."""
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    halves = {key: value.detach().to(torch.float16).contiguous() for key, value in state.items()}
    text = json.dumps({"format": FORMAT, **card}, ensure_ascii=False)
    with draft_of(path) as draft:
        save_file(halves, draft, metadata={"card": text})
    return path


def card_of(name: str) -> dict[str, Any]:
    """The model card of a network; raise `InputError` when its file is missing or damaged."""
    return read(name)[1]


def images_seen(name: str) -> int:
    """How many images the network of the project was trained on; 0 when there is none."""
    return _trained_for(name, "images")


def steps_made(name: str) -> int:
    """For how many steps the network of the project was trained; 0 when there is none."""
    return _trained_for(name, "steps")


def _trained_for(name: str, unit: str) -> int:
    try:
        return int(card_of(name)[unit])
    except InputError:
        return 0


def completed(name: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """A card, and what one that was written earlier leaves out, or says in short.

    That is as the plan of the network says it: it has not changed.
    """
    described = plan_named(name).objective().card
    full = {**described, **card}
    return full | {"scan": described["scan"]} if full["scan"] == SHORT_SCAN else full


def scores_of(card: Mapping[str, Any]) -> dict[str, float]:
    """The last scores of a training, in dB, by what they were measured on."""
    if not card["curve"]:
        return {}
    return {name: v for name, v in card["curve"][-1].items() if name not in ("step", "seconds")}


def validation_of(name: str) -> float | None:
    """The mean of the last scores of the network of the project; None when there is none."""
    try:
        scores = scores_of(card_of(name)).values()
    except InputError:
        return None
    return sum(scores) / len(scores) if scores else None


def digest_of(name: str) -> str:
    """The sha256 of a weights file: what a score belongs to. "" when there is none."""
    path = path_of(name)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def load(name: str) -> Trained:
    """Return the trained network of this name, in evaluation mode; remembered while unchanged.

    Raises
    ------
    InputError
        If there is no such network, or its weights are missing, damaged, or of another version.
    """
    plan_named(name)
    return _load(name, changed_at(path_of(name)))


@lru_cache(maxsize=32)
def _load(name: str, changed: int) -> Trained:
    tensors, card = read(name)
    network = plan_named(name).build()
    shapes = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    stored = {key: tuple(value.shape) for key, value in tensors.items()}
    if shapes != stored or card["slope"] != slope_of(network):
        raise InputError(outdated(name))
    network.load_state_dict({key: value.float() for key, value in tensors.items()})
    network.requires_grad_(False)
    network.eval()
    return Trained(network=channels_last(network), card=card)


def read(name: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights of a file and its card, whatever network they are for.

    A card that names no optimiser, precision or number of images is of the time when there was
    Adam alone, in float32, with batches of one size; one that names no slope is of ReLUs.
    Raises `InputError` when the file is missing, damaged, or of another version.
    """
    path = path_of(name)
    if not path.exists():
        raise InputError(
            f"The weights of {name} are not there: {path.name} is missing from assets/weights. "
            f"`python -m core train {name}` makes them."
        )
    try:
        with safe_open(path, framework="pt") as file:
            card = json.loads((file.metadata() or {}).get("card", "{}"))
            if not isinstance(card, dict):
                raise ValueError("The card is no card.")
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise InputError(
            f"The weights of {name} cannot be read: {path.name} is damaged or cut short. "
            f"Take it from the repository again, or train it anew."
        ) from error
    if card.get("format") != FORMAT or card.get("name") != name or not card.keys() >= CARD:
        raise InputError(outdated(name))
    try:
        images = int(card["steps"]) * int(card["batch"])
    except (TypeError, ValueError) as error:
        raise InputError(outdated(name)) from error
    missing = {"optimiser": optimiser_text("adam"), "precision": "float32", "earlier": ""}
    return tensors, {**missing, "slope": 0.0, "images": images, **card}


def outdated(name: str) -> str:
    """The sentence for weights that do not fit their network."""
    return (
        f"The weights of {name} are of another version of the network. Take the file and the "
        f"program from one version, or train it anew with `python -m core train {name}`."
    )

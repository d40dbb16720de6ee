"""Where a training begins: at a saved state, at weights, or at nothing."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import nn

from core.networks import weights
from core.networks.catalogue import plan_named
from core.networks.training.revival import revive
from core.networks.training.training_state import Progress, TrainingState, is_over, steps_of


def beginning(
    name: str,
    state: TrainingState,
    saved: Path,
    manner: Mapping[str, Any],
    look: Callable[[], object],
    *,
    seed: int,
    fresh: bool,
    further: bool,
) -> Progress:
    """Bring the new network of a training to where that begins.

    That is a `saved` state, the weights of the project, those of another network, or nothing.
    `manner` is how the steps to come are made, and on what. Dead channels of weights for ReLUs are
    begun anew where those of the network leak; `look` runs it over images.
    """
    came_to = 0 if fresh else steps_of(saved)
    over = not fresh and is_over(saved)
    made = weights.steps_made(name)
    relu = False
    if further and (over or not came_to or made > came_to):
        progress = state.start_from(name, manner)
        relu = weights.card_of(name)["slope"] == 0
    elif saved.exists() and not fresh:
        progress = state.read(saved, seed)
        if over:
            progress.begin_again()
    else:
        progress = Progress()
        start = plan_named(name).start_from
        if start is not None:
            other = weights.load(start)
            _begin_with(state, other.network)
            relu = other.card["slope"] == 0
    if relu and manner["slope"] > 0:
        revive(state.network, look)
        state.average_anew()
    progress.replaces |= fresh
    return progress


def _begin_with(state: TrainingState, other: nn.Module) -> None:
    """Copy the weights whose names and shapes agree with those of a network, into the average too.

    The network keeps the others.
    """
    own = state.network.state_dict()
    for key, value in other.state_dict().items():
        if key in own and own[key].shape == value.shape:
            own[key].copy_(value)
            state.average[key].copy_(value)

"""More stages, channels or layers for a network that has been trained with fewer.

A new stage is a copy of the last one whose outputs are zero; a new channel has fresh weights, and
nothing that was there before listens to it; layers on single pixels end in zeros. None of them
changes anything until it is trained: the grown network begins with the images of the smaller one,
and every step of its training counts on.
T. Chen, I. Goodfellow and J. Shlens, Net2Net, ICLR 2016, arXiv:1511.05641, deepen and widen
networks for classes with the same aim.
"""

import re
from collections.abc import Mapping

from torch import Tensor, nn

_STAGE = re.compile(r"^(\w+)\.(\d+)\.")
FINE = re.compile(r"\bfine\.")
"""The layers on single pixels."""

_MERGED = re.compile(r"\bmerge\.\d+\.first\.weight$")
"""Where two stacks of channels, each of which has grown, come in as one."""

_TRANSPOSED = re.compile(r"\bup\.\d+\.weight$")
"""Kernels whose first axis counts the channels that come in."""


def grown(stored: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Weights of a network of fewer stages, channels or layers, as those of an untrained `network`.

    Weights that `network` begins with as zero, those of its outputs, are zero in new stages. What
    has one number for each stage or channel, such as step sizes, is 0 in new ones. Widths may grow,
    and the memory, which stands last in its stack; other channels that stages pass on, such as the
    dual ones, may not: those behind them would lose their places, and nothing here sees it. Raises
    `KeyError` or `RuntimeError` when `network` is not the larger one, or they differ otherwise.
    """
    state = network.state_dict()
    if lost := stored.keys() - state.keys():
        raise KeyError(f"{min(lost)} has no place in the network.")
    return {key: _weights(key, fresh, stored) for key, fresh in state.items()}


def _weights(key: str, fresh: Tensor, stored: Mapping[str, Tensor]) -> Tensor:
    if key in stored:
        old = stored[key].float()
        if old.shape == fresh.shape:
            return old
        smaller = all(few <= many for few, many in zip(old.shape, fresh.shape, strict=False))
        if old.ndim != fresh.ndim or old.shape[2:] != fresh.shape[2:] or not smaller:
            raise RuntimeError(f"{key} has another shape.")
        return _wider(key, fresh, old)
    if FINE.search(key):
        return fresh
    found = _STAGE.match(key)
    name = found[1] if found else ""
    numbers = [int(one[2]) for one in map(_STAGE.match, stored) if one and one[1] == name]
    if not numbers:
        raise KeyError(key)
    copied = stored[_STAGE.sub(f"{name}.{max(numbers)}.", key)].float()
    return copied if fresh.any() else fresh


def _wider(key: str, fresh: Tensor, old: Tensor) -> Tensor:
    """Fresh weights for new channels, the old ones for the old, and zero from new to old."""
    wider = fresh.clone()
    if fresh.ndim == 1:
        wider.zero_()
        wider[: len(old)] = old
        return wider
    kernels = wider
    if _TRANSPOSED.search(key):
        kernels, old = wider.transpose(0, 1), old.transpose(0, 1)
    stacks = 2 if _MERGED.search(key) else 1
    kernels[: len(old)] = 0
    for part, its in zip(kernels.chunk(stacks, 1), old.chunk(stacks, 1), strict=True):
        part[: len(its), : its.shape[1]] = its
    return wider

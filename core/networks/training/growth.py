"""More stages for a network that has been trained with fewer.

A new stage is a copy of the last one whose outputs are zero, so that it changes nothing until it is
trained: the grown network begins with the images of the smaller one, and every step of its training
counts on. T. Chen, I. Goodfellow and J. Shlens, Net2Net, ICLR 2016, arXiv:1511.05641, deepen
networks for classes in this way.
"""

import re
from collections.abc import Mapping

from torch import Tensor, nn

_STAGE = re.compile(r"^(\w+)\.(\d+)\.")


def grown(stored: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Weights of a network of fewer stages, as those of `network`, which is untrained.

    Weights that `network` begins with as zero, those of its outputs, are zero in new stages. What
    has one number for each stage, such as step sizes, is 0 there. Raises `KeyError` or
    `RuntimeError` when the networks differ in more than their stages.
    """
    return {key: _weights(key, fresh, stored) for key, fresh in network.state_dict().items()}


def _weights(key: str, fresh: Tensor, stored: Mapping[str, Tensor]) -> Tensor:
    if key in stored:
        old = stored[key].float()
        if old.shape == fresh.shape:
            return old
        if old.ndim != 1 or fresh.ndim != 1 or len(old) > len(fresh):
            raise RuntimeError(f"{key} has another shape.")
        more = fresh.new_zeros(fresh.shape)
        more[: len(old)] = old
        return more
    found = _STAGE.match(key)
    name = found[1] if found else ""
    numbers = [int(one[2]) for one in map(_STAGE.match, stored) if one and one[1] == name]
    if not numbers:
        raise KeyError(key)
    copied = stored[_STAGE.sub(f"{name}.{max(numbers)}.", key)].float()
    return copied if fresh.any() else fresh

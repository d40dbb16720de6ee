"""A trained network at work."""

from collections.abc import Callable

import numpy as np
import safetensors.torch
import torch
from torch import nn

from core.recipes.blocks.network_operators import Seen, norm, upright
from core.recipes.scan import data

WEIGHTS = "unet.safetensors"


def reconstructed(
    network: nn.Module, unit: Callable[[torch.Tensor], torch.Tensor], sides: int
) -> np.ndarray:
    """What the network, with its trained weights, makes of the data in its unit.

    It is the mean over the sides from which the network sees the image.
    """
    weights = safetensors.torch.load_file(WEIGHTS)
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    with torch.no_grad():
        scaled = torch.from_numpy(data / np.float32(norm))[None, None]
        scale = unit(scaled)
        images = []
        for Seen.side in range(sides):
            images.append(upright(scale * network(scaled / scale)))
        return torch.cat(images).mean(0)[0].numpy()

"""A trained network at work."""

from collections.abc import Callable

import numpy as np
import safetensors.torch
import torch
from torch import nn

from core.recipes.blocks.network_operators import norm
from core.recipes.scan import data

WEIGHTS = "unet.safetensors"


def reconstructed(network: nn.Module, unit: Callable[[torch.Tensor], torch.Tensor]) -> np.ndarray:
    """What the network, with its trained weights, makes of the data in its unit."""
    weights = safetensors.torch.load_file(WEIGHTS)
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    with torch.no_grad():
        scaled = torch.from_numpy(data / np.float32(norm))[None, None]
        scale = unit(scaled)
        return (scale * network(scaled / scale))[0, 0].numpy()

"""A trained network at work."""

import numpy as np
import safetensors.torch
import torch
from torch import nn

from core.recipes.blocks.network_operators import norm
from core.recipes.scan import data

WEIGHTS = "unet.safetensors"


def reconstructed(network: nn.Module) -> np.ndarray:
    """What the network, with its trained weights, makes of the data."""
    weights = safetensors.torch.load_file(WEIGHTS)
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    with torch.no_grad():
        scaled = torch.from_numpy(data / np.float32(norm))[None, None]
        return network(scaled)[0, 0].numpy()

"""A learned regulariser: filters, and a convex potential for what each of them finds."""

import numpy as np
import safetensors.torch
import torch
from torch.nn import functional

WEIGHTS = "convex_ridge.safetensors"

# Filters of zero mean with ‖W‖ ≤ 1, and the slopes of ψ′ between its knots
stored = {name: t.float() for name, t in safetensors.torch.load_file(WEIGHTS).items()}
filters = stored["raw_filters"] - stored["raw_filters"].mean((2, 3), keepdim=True)
power = torch.fft.rfft2(filters, s=(64, 64)).abs().square().sum((0, 1))
filters = filters / (1.02 * power.max()).sqrt()
slopes = torch.sigmoid(stored["raw_slopes"])
length, padding = 0.06 / slopes.shape[1], filters.shape[-1] // 2


def ridge(image: np.ndarray) -> tuple[float, np.ndarray]:
    """R(m) and its gradient."""
    found = functional.conv2d(torch.from_numpy(image)[None, None], filters, padding=padding)
    height, rise = torch.zeros_like(found), torch.zeros_like(found)
    for knot, slope in enumerate(slopes.T):
        slope = slope.reshape(1, -1, 1, 1)
        beyond = (found.abs() - knot * length).clamp(min=0)
        inside = beyond.clamp(max=length)
        rise += slope * inside
        height += slope * (inside**2 / 2 + length * (beyond - inside))
    gradient = functional.conv_transpose2d(rise * found.sign(), filters, padding=padding)
    return float(height.sum()), gradient[0, 0].numpy()

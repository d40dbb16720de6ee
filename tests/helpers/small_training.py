"""The training of the denoiser of the fixture `small_training`, also one that is interrupted."""

import torch

from core.networks import weights
from core.networks.training.training import Settings, train


def trained(reports=None, **settings):
    train(Settings(name="denoiser", **settings), (reports if reports is not None else []).append)
    return weights.load("denoiser")


def interrupt_after(patch, steps):
    """Interrupt a training, as Ctrl-C does, when it has made so many steps."""
    count = iter(range(100))
    step = torch.optim.Adam.step

    def interrupted(self):
        if next(count) == steps:
            raise KeyboardInterrupt
        return step(self)

    patch.setattr(torch.optim.Adam, "step", interrupted)

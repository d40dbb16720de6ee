"""Trainings of a denoiser that take a moment, also one that is interrupted."""

import torch

from core.networks import weights
from core.networks.architectures.denoiser import Denoiser
from core.networks.catalogue import PLANS, Plan
from core.networks.training.training import Settings, train
from core.networks.training.training_objectives import Denoising


def set_apart(folder, monkeypatch, *, steps, batch):
    """Give weights and cache folders of their own, and the denoiser a small plan."""
    monkeypatch.setattr(weights, "FOLDER", folder / "weights")
    monkeypatch.setenv("LAB_CACHE", str(folder / "cache"))
    small = Plan(
        build=lambda: Denoiser((8, 8)),
        objective=lambda: Denoising(side=32),
        steps=steps,
        batch=batch,
    )
    monkeypatch.setitem(PLANS, "denoiser", small)


def trained(reports=None, **settings):
    train(Settings(name="denoiser", **settings), (reports if reports is not None else []).append)
    return weights.load("denoiser")


def interrupt_after(patch, steps):
    """Interrupt a training, as Ctrl-C does, after this many steps."""
    count = iter(range(100))
    step = torch.optim.Adam.step

    def interrupted(self):
        if next(count) == steps:
            raise KeyboardInterrupt
        return step(self)

    patch.setattr(torch.optim.Adam, "step", interrupted)

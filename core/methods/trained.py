"""Methods that are trained networks: what they share."""

from collections.abc import Iterator

from core.methods.base import Array, Method, Step
from core.problem.projector import Projector

DENOISED = ("plug_and_play", "red")
"""Methods whose network is the denoiser."""

UNTRAINED = ("deep_image_prior",)
"""Learned methods whose network knows no training."""


def network_of(method: Method | type[Method]) -> str | None:
    """The name of the trained network behind a method; None for one that has none."""
    if method.family != "learned" or method.name in UNTRAINED:
        return None
    return "denoiser" if method.name in DENOISED else method.name


def trained_stages(name: str, operator: Projector, data: Array) -> Iterator[Step]:
    """Yield the starting image and the image after each stage of the trained network `name`.

    Raises `InputError` when its weights are missing, damaged, or of another version.
    """
    import torch

    from core.networks.base import InversionNetwork
    from core.networks.physics import Physics
    from core.networks.weights import load

    network = load(name).network
    if not isinstance(network, InversionNetwork):
        raise TypeError(f"{name} is no network from data to images.")
    # PyTorch keeps this mode per thread: it must not be on while others work between the stages.
    with torch.inference_mode():
        physics = Physics(operator)
        stages = network.stages(physics, physics.scale(data))
    while True:
        with torch.inference_mode():
            image = next(stages, None)
        if image is None:
            return
        yield Step(image=image[0, 0].numpy().copy())

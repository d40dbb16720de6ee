"""Methods that are trained networks from data to images: what they share."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Literal, final

from core.array_types import Sinogram
from core.methods.base import Family, Method, Step
from core.parameters import param
from core.projection.projector import Projector

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.networks.architectures.base import InversionNetwork
    from core.networks.architectures.physics import Physics

Training = Literal["heads", "ellipses", "many"]
"""Images of which kind, or of many kinds, a network was trained on."""


@dataclass(frozen=True, kw_only=True)
class TrainedNetwork(Method):
    """The network of the same name in `core.networks.catalogue`, whose stages are the iterates.

    Subclasses are descriptions only: the number of stages is that of the network's class.
    `trained_on` says of which images and scans it knows anything.
    """

    family: ClassVar[Family] = "learned"
    network: ClassVar[str | None]
    staged: ClassVar[bool] = True
    trained_on: ClassVar[Training] = "heads"
    guarantee: ClassVar[str] = (
        "None: what it learned holds for images and scans like those of its training."
    )
    cost: ClassVar[str] = "G, Gᵀ and a network in each stage"

    orientations: int = param(
        1,
        later=True,
        low=1,
        high=8,
        stops=(1, 2, 4, 8),
        title="Orientations",
        help="The network sees the image from as many sides, turned and mirrored, and the images "
        "are turned back and averaged: its errors differ from side to side. It takes as many times "
        "as long.",
    )

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if hasattr(cls, "name"):  # a description, not what several share
            cls.network = cls.name

    @final
    def iterations_planned(self) -> int:
        """The stages of the network."""
        return stages_of(self.name)

    @final
    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the starting image, zero or an FBP, and the image after each stage."""
        yield from trained_stages(self.name, operator, data, self.orientations)


@dataclass(frozen=True, kw_only=True)
class EllipseNetwork(TrainedNetwork):
    """An unrolled network that is trained on the ellipses of Adler and Öktem, under their scan.

    The plain ones have the published architecture; where it is another, their source says so.
    """

    trained_on: ClassVar[Training] = "ellipses"
    guarantee: ClassVar[str] = (
        "None: what it learned holds for ellipses under the scan of its training."
    )


@lru_cache(maxsize=32)
def stages_of(name: str) -> int:
    """How many stages a network of the catalogue has; its weights need not be there."""
    import torch

    from core.networks.catalogue import plan_named

    with torch.device("meta"):  # shapes without numbers
        network = plan_named(name).build()
    return _inversion(name, network).stage_count


def trained_stages(
    name: str, operator: Projector, data: Sinogram, orientations: int = 1
) -> Iterator[Step]:
    """Yield the starting image and the image after each stage of the trained network `name`.

    Each is the mean over that number of orientations of the image. Raises `InputError` when the
    weights are missing, damaged, or of another version.
    """
    import torch

    from core.networks.architectures.physics import Physics

    network = trained_inversion(name)
    # PyTorch keeps this mode per thread: it must not be on while others work between the stages.
    with torch.inference_mode():
        physics = Physics(operator)
        stages = averaged_stages(network, physics, physics.scale(data), orientations)
    while True:
        with torch.inference_mode():
            image = next(stages, None)
        if image is None:
            return
        yield Step(image=image[0, 0].numpy().copy())


def averaged_stages(
    network: "InversionNetwork", physics: "Physics", data: "Tensor", orientations: int
) -> Iterator["Tensor"]:
    """The images of a network's stages, each the mean over that number of orientations.

    `data` are (batch, 1, angles, detectors), scaled. The mean over all eight commutes with the
    symmetries of the square, whatever the network; in image restoration it is known as the
    geometric self-ensemble. The network sees one side after the other in each stage; between the
    stages what it remembers of every side is kept.

    Source: B. Lim et al., CVPR workshops 2017, 1132-1140, DOI 10.1109/CVPRW.2017.151.
    """
    from core.networks.architectures.physics import upright

    sides = range(orientations)
    seen = [network.stages(physics.seen_from(side), data) for side in sides]
    for images in zip(*seen, strict=True):
        yield sum(map(upright, images[1:], sides[1:]), images[0]) / orientations


def trained_inversion(name: str) -> "InversionNetwork":
    """The trained network `name`; raises `InputError` as `trained_stages`."""
    from core.networks.weights import load

    return _inversion(name, load(name).network)


def _inversion(name: str, network: "nn.Module") -> "InversionNetwork":
    from core.networks.architectures.base import InversionNetwork

    if not isinstance(network, InversionNetwork):
        raise TypeError(f"{name} is no network from data to images.")
    return network

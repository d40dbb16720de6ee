"""The training loop in its shortest form, to be watched: a small network on a few heads.

    θ ← θ − η · 1/B Σ_{i in batch} ∇_θ ℓ_i(θ),    ℓ_i = MSE(f_θ(FBP(d_i)), m_i)

with plain steps, with momentum, or with Adam's; `targets` has the losses that know no m_i. It
learns from slices of `assets/training.h5` only, and is validated on slices of the demonstration
sets, which it never sees, against their truth.

Source: D. P. Kingma and J. Ba, Adam, ICLR 2015, arXiv 1412.6980.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from core.array_types import Float32Array, Image
from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.networks.architectures.physics import Physics
from core.networks.architectures.tiny_unet import SmallNetwork
from core.networks.training.small_scans import SmallScans
from core.networks.training.targets import TARGETS, Target
from core.problem.image_files import changed_at, open_image_file
from core.problem.images import StoredImage, demo_sets
from core.problem.resample import fit
from core.problem.stored import IMAGES_FILE, TRAINING_FILE, images_trouble
from core.projection.projector import Projector, make_projector

SIZE = 96
VIEWS = 16
BEAM = ParallelBeam(views=EvenViews(angles=VIEWS), detectors=48, detector_width=2.0)
"""The lecture's scan around a smaller image: a datum for every 12 pixels, as there are 16 there."""

MOST_IMAGES = 60
MEASURED = 6
"""The number of images of the training set, and of unseen heads, for a point of the curves."""

POINTS = 40
"""About the number of points of the curves."""

LEARNT, UNSEEN, WATCHED = 1, 2, 3
"""Second seeds of the noise. The first is the training's for what it learns from, 0 for others."""

HOPELESS = 1e3
"""A loss this many times that of FBP does not recover: the training has diverged."""


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Everything that defines a training, down to the last bit on one machine.

    target : one of `TARGETS`. noise : its standard deviation, as a share of the mean of |d|.
    """

    images: int
    batch: int
    optimiser: str
    learning_rate: float
    steps: int
    seed: int
    target: str = "truth"
    noise: float = 0.0
    views: int = VIEWS


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """How good the network is by now: mean squared errors, and what it makes of the watched head.

    `training` is over up to 6 of the images it learns from, `validation` over 6 unseen ones;
    `image` is (size, size).
    """

    training: float
    validation: float
    image: Image

    @property
    def finite(self) -> bool:
        """Whether both errors are numbers."""
        return math.isfinite(self.training) and math.isfinite(self.validation)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A step that was done, the loss of its batch before it, and where it was measured a point.

    Step 0 is the network as it was made; its loss is NaN. `known` is what the loss estimates up
    to a constant, which only a simulation knows, or NaN. `lost` says that nothing more will come:
    the loss is not finite, or hopeless, or the step has left a network without numbers. Then the
    loss is NaN.
    """

    step: int
    loss: float
    point: Point | None
    known: float = math.nan
    lost: bool = False


def scanner(views: int = VIEWS) -> Projector:
    """The projector of the small scan."""
    return make_projector(SIZE, replace(BEAM, views=EvenViews(angles=views)))


def train(
    config: TrainingConfig,
    watched: Image,
    *,
    network: SmallNetwork | None = None,
    points: int = POINTS,
) -> Iterator[Trained]:
    """Train step by step; about `points` steps are measured, the first and the last among them.

    `watched` (size, size) is a head that is only looked at; `network` is trained in place, a new
    one unless given.
    """
    random = np.random.default_rng(config.seed)
    physics, unseen = _unseen_scans(unseen_images(), config)
    numbers = np.sort(random.permutation(len(training_images()))[: config.images])
    learnt = SmallScans.of(physics, training_images()[numbers], config.noise, (config.seed, LEARNT))
    measured = learnt.take(slice(MEASURED))
    head = SmallScans.of(physics, watched[None], config.noise, (0, WATCHED))
    target = TARGETS[config.target](physics, config.seed)
    network = network or SmallNetwork(config.seed)
    optimiser = _optimiser(config, network)
    beyond = HOPELESS * _error(learnt.starts, learnt.truths)
    every = max(1, config.steps // points)

    def point() -> Point:
        network.eval()
        with torch.no_grad():
            training, validation = (
                _error(target.images(network, scans), scans.truths) for scans in (measured, unseen)
            )
            image = target.images(network, head)[0, 0].numpy().copy()
        network.train()
        return Point(training=training, validation=validation, image=image)

    yield Trained(step=0, loss=math.nan, point=point())
    for step in range(1, config.steps + 1):
        batch = random.choice(len(numbers), min(config.batch, len(numbers)), replace=False)
        loss, known = target.loss(network, learnt.take(batch))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        value = float(loss.detach())
        lost = not abs(value) <= beyond  # NaN is lost too
        due = step % every == 0 or step == config.steps
        judged = point() if due and not lost else None
        if judged is not None and not judged.finite:
            value, judged, lost = math.nan, None, True
        yield Trained(step=step, loss=value, known=known, point=judged, lost=lost)
        if lost:
            return


def images_of(network: nn.Module, heads: Image, config: TrainingConfig) -> Float32Array:
    """What a trained network makes of the data of heads (count, size, size).

    The network is in the mode that it is in.
    """
    physics, scans = _unseen_scans(heads, config)
    target: Target = TARGETS[config.target](physics)
    with torch.no_grad():
        images: Float32Array = target.images(network, scans)[:, 0].numpy().copy()
    return images


def starts_of(heads: Image, config: TrainingConfig) -> Float32Array:
    """The filtered back-projections of the same data."""
    starts: Float32Array = _unseen_scans(heads, config)[1].starts[:, 0].numpy()
    return starts


def _unseen_scans(heads: Image, config: TrainingConfig) -> tuple[Physics, SmallScans]:
    physics = Physics(scanner(config.views))
    return physics, SmallScans.of(physics, heads, config.noise, (0, UNSEEN))


def _error(images: Tensor, truths: Tensor) -> float:
    """The mean squared error."""
    return float((images - truths).square().mean())


def _optimiser(config: TrainingConfig, network: SmallNetwork) -> torch.optim.Optimizer:
    if config.optimiser == "adam":
        return torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    momentum = 0.9 if config.optimiser == "momentum" else 0.0
    return torch.optim.SGD(network.parameters(), lr=config.learning_rate, momentum=momentum)


def training_images() -> Image:
    """The slices (60, size, size) that can be learned from, spread evenly over all there are.

    Remembered while the file is the same, as the unseen ones are.
    """
    return _training_images(changed_at(TRAINING_FILE))


@lru_cache(maxsize=1)
def _training_images(changed: int) -> Image:
    with open_image_file(TRAINING_FILE) as file:
        stacks = [group["reconstruction_rss"] for group in file.values()]
        candidates = [(stack, number) for stack in stacks for number in range(len(stack))]
        numbers = np.linspace(0, len(candidates) - 1, MOST_IMAGES).round().astype(int)
        images = [fit(stack[number], SIZE) for stack, number in (candidates[i] for i in numbers)]
    return _read_only(np.stack(images))


def unseen_images() -> Image:
    """The slices (6, size, size) of the demonstration sets for validation, from the inner parts."""
    return _unseen_images(changed_at(IMAGES_FILE))


@lru_cache(maxsize=1)
def _unseen_images(changed: int) -> Image:
    if sentence := images_trouble():
        raise InputError(sentence)
    sources = [
        StoredImage(set=entry.name, slice=int(n))
        for entry in demo_sets()
        for n in np.linspace(0.15, 0.85, MEASURED // len(demo_sets())) * (entry.slices - 1)
    ]
    return _read_only(np.stack([source.read(SIZE) for source in sources]))


def _read_only(images: Image) -> Float32Array:
    images.setflags(write=False)
    return images

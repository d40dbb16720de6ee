"""Cheap uncertainty of a network: an ensemble of trainings, and dropout at test time.

    ensemble:   x_k = f_θₖ(d), k = 1 … K, each trained from weights and batches of its own
    dropout:    x_k = f_θ(d) with other channels left out in each pass, as in the training

Neither is a posterior: their spread is of the weights, given this training set, and knows nothing
of noise or null space but what the training has seen of them.

Sources: B. Lakshminarayanan, A. Pritzel and C. Blundell, Simple and scalable predictive uncertainty
estimation using deep ensembles, NIPS 2017, DOI 10.48550/arXiv.1612.01474; Y. Gal and Z. Ghahramani,
Dropout as a Bayesian approximation, ICML 2016, DOI 10.48550/arXiv.1506.02142.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from core.array_types import Float32Array
from core.jobs.job import Report
from core.parameters import param, validate
from core.problem.calibration import Errors, alpha_of, errors_of
from core.problem.images import ImageSource
from core.problem.stored import IMAGES_FILE, TRAINING_FILE
from core.studies.study import Study

BATCH, LEARNING_RATE, TRAINING_IMAGES = 4, 1e-3, 60
POINTS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class NetworkImages:
    """The images (count, size, size) of one way: "ensemble" or "dropout".

    alpha : the factor on the spread with which the other heads are covered at 90 %.
    """

    name: str
    images: Float32Array
    alpha: float

    def errors(self, truth: Float32Array) -> Errors:
        """How wrong they are, and how wide."""
        return errors_of(self.images, truth)


@dataclass(frozen=True, kw_only=True)
class NetworkUncertainty(Study[tuple[NetworkImages, ...]]):
    """An ensemble of the network of *Train one now*, and one that has learned with dropout."""

    reads: ClassVar[tuple[Path, ...]] = (IMAGES_FILE, TRAINING_FILE)

    image: ImageSource
    members: int = param(5, low=2, high=10, help="Trainings, each with another seed.")
    steps: int = param(150, low=10, high=600, help="Steps of Adam in each training.")
    dropout: float = param(0.1, low=0.02, high=0.5, help="The share of the channels left out.")
    passes: int = param(16, low=2, high=64, help="Images of the network with dropout.")
    seed: int = param(0, low=0, high=2**32 - 1, typed=True)

    def __post_init__(self) -> None:
        validate(self)

    @property
    def job_title(self) -> str:
        """What it is about."""
        return "Uncertainty of networks"

    def complete(self, result: tuple[NetworkImages, ...]) -> bool:
        """Whether both ways are there."""
        return len(result) == 2 and len(result[0].images) == self.members

    def compute(self, report: Report) -> tuple[NetworkImages, ...]:
        """Train the members, then the network with dropout; those before a stop are returned."""
        from core.networks.architectures.tiny_unet import SmallNetwork
        from core.networks.training import train_now

        watched = self.image.read(train_now.SIZE)
        others = [one for one in train_now.unseen_images() if not np.allclose(one, watched)]
        heads = np.stack([watched, *others])
        total = (self.members + 1) * self.steps
        done: tuple[NetworkImages, ...] = ()
        images: list[Float32Array] = []
        for number in range(self.members + 1):
            last = number == self.members
            title = "the one with dropout" if last else f"network {number + 1} of {self.members}"
            seed = (self.seed + number) % 2**32
            network = SmallNetwork(seed, self.dropout if last else 0.0)
            config = train_now.TrainingConfig(
                images=TRAINING_IMAGES,
                batch=BATCH,
                optimiser="adam",
                learning_rate=LEARNING_RATE,
                steps=self.steps,
                seed=seed,
            )
            for step in train_now.train(config, watched, network=network, points=POINTS):
                if report(number * self.steps + step.step, total, part=title, parts=done):
                    return done
            if last:
                network.train()  # so that channels are left out
                passes = [train_now.images_of(network, heads, config) for _ in range(self.passes)]
                return (*done, _judged("dropout", np.stack(passes), heads))
            network.eval()
            images.append(train_now.images_of(network, heads, config))
            if len(images) > 1:
                done = (_judged("ensemble", np.stack(images), heads),)
        return done


def _judged(name: str, images: Float32Array, heads: Float32Array) -> NetworkImages:
    """Images (count, heads, size, size) of heads of which the first is watched."""
    others = tuple(errors_of(images[:, k], heads[k]) for k in range(1, len(heads)))
    return NetworkImages(
        name=name,
        images=np.ascontiguousarray(images[:, 0]),
        alpha=alpha_of(others) if others else 1.0,
    )

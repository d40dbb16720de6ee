"""Methods that draw samples of the posterior: what they share.

    p(m | d) ∝ exp(−‖Gm − d‖²/(2s²)) · p(m)

A sample is an image that the data and the prior allow. The iterates of such a method are the means
of the samples so far, so that it can stand beside methods that give one image; the samples
themselves come from `draws`. A prior that is known by its denoiser only, D_σ(x) the mean of the m
with x = m + σz, has the score ∇ log p_σ(x) = (D_σ(x) − x)/σ² (Tweedie's formula).

Source of the formula: B. Efron, J. Am. Stat. Assoc. 106 (2011) 1602-1614,
DOI 10.1198/jasa.2011.tm11181.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float32Array, Image, Sinogram
from core.errors import InputError
from core.methods.base import Family, Method, Step
from core.methods.support.data_prox import DataProx
from core.methods.support.half_precision import has_bfloat16
from core.methods.support.noise_level import noise_level
from core.parameters import param
from core.projection.projector import Projector

Denoise = Callable[[Image, float], Float32Array]
"""D_σ of images (count, size, size), float32."""

BATCH = 4
"""Samples that are drawn at once: they share the calls of the operator and of the network."""

MOST_NOISE = 2.0
"""The largest noise over the mean of |d|: of white noise alone it is √(π/2) = 1.25."""

BYTES_LIMIT = 40e6
"""Bytes of samples that are kept of one question."""

FIRST_SIGMA = 0.25
"""The noise level at which the annealing begins: the highest that the denoiser was trained on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """How far a batch is: `images` (count, size, size), which are samples where it is `finished`.

    `images` is empty while something is prepared.
    """

    images: Float32Array
    finished: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """What is sampled: data with white noise of this deviation, and a prior by its denoiser."""

    operator: Projector
    data: Sinogram
    deviation: float
    denoise: Denoise

    @property
    def prox(self) -> DataProx:
        """The prox of the data."""
        return DataProx(operator=self.operator, data=self.data, deviation=self.deviation)

    def start(self, noise: "Noise", sigma: float) -> Float32Array:
        """Where the annealing begins: the denoised image of the data alone, with noise σ."""
        empty = np.zeros((1, *self.operator.dims), np.float32)
        image = self.denoise(self.prox(empty, sigma), sigma)
        return image + np.float32(sigma) * noise(self.operator.dims)


class Noise:
    """White noise of variance 1 for a batch: every sample has a generator of its own.

    So sample number k is the same whatever the size of the batch.
    """

    def __init__(self, seed: int, numbers: Sequence[int]) -> None:
        self._generators = [np.random.default_rng([seed, number]) for number in numbers]

    def __call__(self, shape: Sequence[int]) -> Float32Array:
        """Draw (count, *shape), float32."""
        return np.stack([g.standard_normal(tuple(shape), np.float32) for g in self._generators])


@dataclass(frozen=True, kw_only=True)
class SamplingMethod(Method):
    """A method whose answer is many images; subclasses say how one batch of them is drawn."""

    family: ClassVar[Family] = "sampling"
    benchmark_images: ClassVar[int | None] = 4

    samples: int = param(16, low=2, high=200, help="Images to draw.")
    seed: int = param(0, low=0, high=2**32 - 1, typed=True, help="Seed of all random numbers.")
    data_noise: float = param(
        0.0,
        low=0,
        high=MOST_NOISE,
        help="The standard deviation of the noise over the mean of |d|; 0 estimates it from the "
        "data.",
    )

    @abstractmethod
    def draws(self, operator: Projector, data: Sinogram) -> Iterator[Drawn]:
        """Yield every step of every batch; those that are `finished` hold the samples.

        Raises `InputError` where the samples are too many, or the problem is too large.
        """

    @abstractmethod
    def steps_planned(self, operator: Projector) -> int:
        """How many times `draws` yields."""

    @final
    def iterate(self, operator: Projector, data: Sinogram) -> Iterator[Step]:
        """Yield the mean of the first sample, of the first two, and so on."""
        total, count = np.zeros(operator.dims), 0
        for drawn in self.draws(operator, data):
            for image in drawn.images if drawn.finished else ():
                total += image
                count += 1
                yield Step(image=(total / count).astype(np.float32))

    @final
    def iterations_planned(self) -> int:
        """The samples after the first one."""
        return self.samples - 1

    def deviation_of(self, data: Sinogram) -> float:
        """The standard deviation s of the noise in data, as given or estimated."""
        given = self.data_noise * float(np.abs(data).mean(dtype=np.float64))
        return given or noise_level(data)

    def check_fits(self, size: int) -> None:
        """Raise `InputError` where the samples of this size would take too much memory."""
        each = 4 * size**2
        if self.samples * each > BYTES_LIMIT:
            raise InputError(
                f"{self.samples} samples of {size} × {size} pixels take "
                f"{self.samples * each / 1e6:.0f} MB, and at most {BYTES_LIMIT / 1e6:.0f} MB are "
                f"kept: {int(BYTES_LIMIT // each)} samples fit."
            )

    def batches(self) -> Iterator[range]:
        """The numbers of the samples of each batch."""
        for first in range(0, self.samples, BATCH):
            yield range(first, min(first + BATCH, self.samples))


@dataclass(frozen=True, kw_only=True)
class DenoiserSampler(SamplingMethod):
    """A sampler that knows its prior by a denoiser only."""

    network: ClassVar[str | None] = "denoiser"
    cost: ClassVar[str] = "G, Gᵀ and the denoiser in each step of each sample"

    half_precision: bool = param(
        True,
        help="Run the denoiser in bfloat16 on processors that have it: four times as fast, and its "
        "error changes by less than 0.01 dB.",
    )

    @property
    @abstractmethod
    def steps_of_batch(self) -> int:
        """How many times `states` yields."""

    @abstractmethod
    def states(self, target: Target, noise: Noise) -> Iterator[Float32Array]:
        """Yield the images (count, size, size) of a batch after each step; the last are samples."""

    @final
    def steps_planned(self, operator: Projector) -> int:
        """The steps of all batches."""
        return len(list(self.batches())) * self.steps_of_batch

    @final
    def draws(self, operator: Projector, data: Sinogram) -> Iterator[Drawn]:
        """See `SamplingMethod`; the prior is that of the trained denoiser."""
        return self.draws_with(network_denoiser(half=self.half_precision), operator, data)

    @final
    def draws_with(self, denoise: Denoise, operator: Projector, data: Sinogram) -> Iterator[Drawn]:
        """The same with the prior of another denoiser."""
        self.check_fits(operator.size)
        target = Target(
            operator=operator, data=data, deviation=self.deviation_of(data), denoise=denoise
        )
        for numbers in self.batches():
            for step, images in enumerate(self.states(target, Noise(self.seed, numbers)), 1):
                yield Drawn(images=images, finished=step == self.steps_of_batch)


def levels(first: float, last: float, count: int) -> list[float]:
    """Noise levels from `first` to `last`, evenly spaced in their logarithm."""
    return [float(sigma) for sigma in np.geomspace(first, last, count)]


def network_denoiser(*, half: bool) -> Denoise:
    """The trained denoiser on batches, in bfloat16 if asked to and if the processor has it.

    Raises `InputError` when its weights are missing.
    """
    import torch

    from core.networks import weights

    network = weights.load("denoiser").network
    half = half and has_bfloat16()

    def denoise(images: Image, sigma: float) -> Float32Array:
        batch = torch.from_numpy(np.array(images, np.float32))[:, None]
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
            result = network(batch, sigma)
        array: Float32Array = result[:, 0].float().numpy().copy()
        return array

    return denoise

"""What a small change of the data can do to an image: random noise, and the worst of the same norm.

For noise e on clean data d = Gm, a method f has

    κ(e) = (‖f(d + e) − f(d)‖ / ‖m‖) / (‖e‖ / ‖d‖),

the relative change in the image per relative change in the data. For a linear method the largest κ
is that of the first singular vector, whatever the norm of e.

Total variation has the weight that suits the random noise best. The worst noise is found through
the method's steps in PyTorch (`core.studies.differentiable`); the images are those of the method
itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.array_types import Float32Array, Float64Array, FloatArray, Sinogram
from core.methods.support.denoising import as_tensor
from core.problem.measurement import SimulatedMeasurement
from core.problem.metrics import snr
from core.studies.differentiable import differentiable
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.solving import EndedError, last_image


@dataclass(frozen=True, kw_only=True, eq=False)
class Attacked:
    """What noise does to one method.

    noise : the worst noise (views, detectors).
    images : (3, size, size), of the clean data, with random noise, with the worst noise.
    snr : of these three, in dB.
    random, worst : κ of either noise.
    course : κ of the best noise after each step of the search, through the unrolled method.
    """

    name: str
    title: str
    noise: Float32Array
    images: Float32Array
    snr: Float64Array
    random: float
    worst: float
    course: Float64Array


def noise_of(data: Sinogram, level: float, seed: int) -> Float32Array:
    """White noise (views, detectors) with a deviation of `level` times the mean of |d|."""
    white = np.random.default_rng(seed).standard_normal(data.shape)
    noise: Float32Array = (level * np.abs(data).mean(dtype=np.float64) * white).astype(np.float32)
    return noise


def attack(
    candidate: EvaluatedMethod,
    measurement: SimulatedMeasurement,
    *,
    level: float,
    steps: int,
    seed: int,
    watch: Callable[[int], bool] = lambda step: False,
) -> Attacked:
    """What random noise and the worst noise of the same norm do to a method, from clean data.

    `watch` is called with the number of each step of the search, and before it with 0; True asks
    for an end, which raises `EndedError`. Raises `InputError` where the method cannot run.
    """
    from core.networks.worst_noise import worst_noise

    clean, truth = measurement.clean, measurement.truth
    noise = noise_of(clean, level, seed)
    # The weight is that of data with such noise: nobody knows data without.
    usual = replace(measurement, data=clean + noise)
    method = candidate.tuned(usual, on_iterate=lambda image: watch(0)).method
    reconstruct = differentiable(method, measurement.operator, clean)
    search = worst_noise(reconstruct, as_tensor(clean), as_tensor(noise))
    course = []
    size = float(np.linalg.norm(truth)) * _relative(noise, clean)
    for step in range(steps + 1):
        worst, change = next(search)
        course.append(change / size)
        if watch(step):
            raise EndedError
    found = np.ascontiguousarray(worst[0, 0].numpy())
    images = np.stack(
        [
            last_image(method, replace(measurement, data=clean + added), lambda image: watch(steps))
            for added in (np.zeros_like(noise), noise, found)
        ]
    )
    return Attacked(
        name=candidate.name,
        title=candidate.title,
        noise=found,
        images=images,
        snr=np.array([snr(image, truth) for image in images]),
        random=_relative(images[1] - images[0], truth) / _relative(noise, clean),
        worst=_relative(images[2] - images[0], truth) / _relative(found, clean),
        course=np.array(course),
    )


def _relative(change: FloatArray, of: FloatArray) -> float:
    return float(np.linalg.norm(change) / np.linalg.norm(of))

"""Heads painted from maps of grey and white matter, each time with other contrasts.

`assets/training.h5` holds, beside the average MNI152 brain, how much of every pixel is grey and
how much is white matter; what is left of the brain is fluid. Here each tissue gets a value of its
own, the maps are sharpened at random, since those of an average are smoother than those of a
person, and around most brains a skull and a scalp are drawn. Half of them have the contrast of
computed tomography: bright bone, and a few per cent between the tissues of the brain.
"""

from functools import lru_cache

import numpy as np
from scipy import ndimage
from torch import Tensor

from core.array_types import Float32Array, FloatArray
from core.networks.data.heads import (
    seen,
    smooth_field,
    stored_part,
    with_faint_lesions,
    with_lesions,
)
from core.problem.ct_like import Mask, closed, random_attenuation
from core.problem.image_files import changed_at
from core.problem.stored import TRAINING_FILE

MAPS = "mni152"
"""The set that has maps."""

SKULL = 0.7
"""The share of the brains that are drawn with a skull."""

LIKE_CT = 0.5
"""The share of those with a skull that have the contrast of computed tomography."""

HULL = 80
"""Gaps of the brain's outline that a disc of this radius in pixels does not enter are inside."""


def tissue_shares(part: str) -> Float32Array:
    """The shares of fluid, grey and white matter (3, count, 256, 256); they add up to the brain.

    `part` is "training" or "validation". The sum is 1 inside the brain, and falls to 0 around it.
    Remembered while the file is the same.
    """
    return _tissue_shares(part, changed_at(TRAINING_FILE))


@lru_cache(maxsize=2)
def _tissue_shares(part: str, changed: int) -> Float32Array:
    grey, white = (stored_part(MAPS, f"{name}_matter", part) / 255 for name in ("grey", "white"))
    brain = stored_part(MAPS, "reconstruction_rss", part) > 0
    inside = np.maximum(brain, grey + white)
    shares: Float32Array = np.stack([inside - grey - white, grey, white]).clip(0, 1)
    return shares


def painted_head(random: np.random.Generator, size: int, zoom: float = 1.0) -> Tensor:
    """A head (1, 1, size, size) from the maps, from 0; seen `zoom` times closer."""
    shares = tissue_shares("training")
    number = int(random.integers(shares.shape[1]))
    sharp = sharpened(shares[:, number], random.uniform(1, 6))
    skull = random.random() < SKULL
    like_ct = skull and random.random() < LIKE_CT
    values = random_attenuation(random)
    if like_ct:
        first, last = values.brain
        tissues = np.array([first, last, first + random.uniform(0.2, 0.7) * (last - first)])
    else:
        tissues = random.uniform(0.05, 1.0, 3)
    image = np.tensordot(tissues.astype(np.float32), sharp, 1)
    image = image * (1 + texture(random, image.shape, random.uniform(0, 0.01 if like_ct else 0.05)))
    if skull:
        bone = (values.compact, values.spongy) if like_ct else random.uniform(0, 0.3, 2)
        scalp = values.soft if like_ct else random.uniform(0.2, 1.2)
        layers = around(random, sharp.sum(0) > 0.5, (tissues[0], *bone, scalp))
        image = image + (1 - sharp.sum(0)) * layers
    image = image.clip(0) / image.max()
    marked = with_faint_lesions if like_ct else with_lesions
    return marked(random, seen(random, image.astype(np.float32), size, zoom))


def sharpened(shares: FloatArray, power: float) -> FloatArray:
    """Shares (tissues, rows, columns) with the larger ones raised; their sum is as before."""
    raised = shares**power
    total = raised.sum(0)
    result: FloatArray = raised / np.maximum(total, 1e-12) * shares.sum(0)
    return result


def texture(random: np.random.Generator, shape: tuple[int, ...], deviation: float) -> Float32Array:
    """A random field (rows, columns) of about two pixels' width, of mean 0 and this deviation."""
    field = ndimage.gaussian_filter(random.normal(size=shape).astype(np.float32), 0.8)
    scaled: Float32Array = field * np.float32(deviation / field.std())
    return scaled


def around(
    random: np.random.Generator, brain: Mask, values: tuple[float, float, float, float]
) -> Float32Array:
    """What lies around a brain (rows, columns): fluid, also in its place, then bone and scalp.

    `values` are those of fluid, compact bone, spongy bone and scalp. The thickness of each layer
    is random, and that of bone varies along the head.
    """
    fluid, compact, spongy, scalp = values
    head = closed(np.pad(brain, HULL), HULL)[HULL:-HULL, HULL:-HULL]
    depth = ndimage.distance_transform_edt(~head)
    bent = smooth_field(random, len(brain), 1.5, 5)[0, 0].numpy()
    inner = random.uniform(1.0, 5.0)
    bone = inner + random.uniform(3.0, 9.0) + bent
    outer = bone + random.uniform(3.0, 9.0)
    middle = np.minimum(depth - inner, bone - depth) > 1.5
    layers = np.select(
        [depth <= inner, depth <= bone, depth <= outer],
        [fluid, np.where(middle, spongy, compact), scalp],
        0.0,
    )
    smooth: Float32Array = ndimage.gaussian_filter(layers.astype(np.float32), 0.6)
    return smooth

"""Training images of many kinds, so that no network learns one contrast by heart.

- heads of `assets/training.h5` as in `core.networks.data.heads`;
- heads with the contrast of CT, with other attenuations each time;
- heads whose tissues, told apart by thresholds, get random values;
- heads painted from maps of grey and white matter (`core.networks.data.tissue_maps`);
- photographs, micrographs and a texture that come with scikit-image, cut out and masked;
- random ellipses.

Some have a bias field, some the resolution of a poorer scanner. None of them is a person or a
picture of a test: those are in `images.h5` and in `core.problem.pictures.HELD_OUT`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from core.array_types import Float32Array
from core.networks.data.heads import (
    ELLIPSES_SHARE,
    SHARES,
    blob,
    ellipses,
    random_image,
    recoloured,
    seen,
    slices,
    smooth_field,
    with_faint_lesions,
    with_lesions,
)
from core.networks.data.tissue_maps import painted_head
from core.problem.ct_like import Tissues, ct_like, random_attenuation, tissues_of
from core.problem.pictures import FOR_TRAINING, picture

WHOLE_HEADS = "s1"
"""The set whose slices have a skull."""

BIAS = 0.3
"""The share of the images with a bias field."""

BLURRED = 0.25
"""The share of the images that are blurred, as those of a scanner of lower resolution."""

WIDEST_BLUR = 1.5
"""The largest standard deviation of a blur, in pixels of the image that is scanned."""


def varied_image(random: np.random.Generator, size: int, zoom: float = 1.0) -> Tensor:
    """A training image (1, 1, size, size) in [0, 1] with maximum 1; heads `zoom` times closer."""
    kind = str(random.choice(list(KINDS), p=[share for share, _ in KINDS.values()]))
    image = KINDS[kind][1](random, size, zoom)
    if random.random() < BIAS:
        image = image * bias_field(random, size)
    if random.random() < BLURRED:
        image = blurred(image, random.uniform(0.3, WIDEST_BLUR))
    top = float(image.max())
    return image / top if top > 1e-3 else varied_image(random, size, zoom)


def ct_heads(random: np.random.Generator, size: int, zoom: float = 1.0) -> Tensor:
    """A head with the contrast of CT: random attenuations, moved, with faint lesions."""
    number, tissues = _skull(random)
    values = random_attenuation(random)
    image = ct_like(slices(WHOLE_HEADS, "training")[number], values, tissues)
    assert image is not None  # it has tissues
    return with_faint_lesions(random, seen(random, image, size, zoom))


def random_tissues(random: np.random.Generator, size: int, zoom: float = 1.0) -> Tensor:
    """A head whose grey values, cut at random thresholds, are replaced by random ones."""
    name = str(random.choice(list(SHARES), p=list(SHARES.values())))
    stack = slices(name, "training")
    number, bone = int(random.integers(len(stack))), None
    if name == WHOLE_HEADS and random.random() < 0.7:
        number, tissues = _skull(random)
        bone = tissues.bone
    pixels = stack[number]
    cuts = np.sort(random.uniform(0.08, 0.9, int(random.integers(2, 6))))
    values = random.uniform(0.05, 1.0, len(cuts) + 1)
    # Steps of a finite width: pixels between two tissues hold a share of both.
    knots = np.sort(np.concatenate([cuts - 0.015, cuts + 0.015]))
    heights = np.concatenate([values[:1], np.repeat(values[1:-1], 2), values[-1:]])
    image = np.interp(pixels, knots, heights)
    image = np.where(pixels > 0.04, image, 0)
    if bone is not None:
        image = np.where(bone, random.uniform(0, 1.5), image)
    return with_lesions(random, seen(random, image.astype(np.float32), size, zoom))


def pictures(random: np.random.Generator, size: int, zoom: float = 1.0) -> Tensor:
    """A cut-out of a picture, turned and mirrored, within an ellipse; its own scale is random."""
    whole = picture(str(random.choice(FOR_TRAINING)))
    side = int(random.integers(min(96, *whole.shape), min(whole.shape) + 1))
    row, column = (int(random.integers(0, length - side + 1)) for length in whole.shape)
    cut = whole[row : row + side, column : column + side]
    cut = np.rot90(cut, int(random.integers(4)))
    cut = cut[:, ::-1] if random.random() < 0.5 else cut
    image = functional.interpolate(
        torch.from_numpy(np.ascontiguousarray(cut))[None, None],
        size=(size, size),
        mode="bilinear",
        antialias=True,
    )
    image = recoloured(random, image.clamp(0, 1)) if random.random() < 0.5 else image
    base = random.uniform(0, 0.5)
    return (base + (1 - base) * image) * blob(random, size)


KINDS: Mapping[str, tuple[float, Callable[[np.random.Generator, int, float], Tensor]]] = {
    "heads": (0.35, random_image),
    "heads with the contrast of CT": (0.15, ct_heads),
    "heads with random contrasts": (0.1, random_tissues),
    "heads painted from maps of grey and white matter": (0.1, painted_head),
    "photographs and textures": (0.15, pictures),
    "random ellipses": (0.15, lambda random, size, zoom: ellipses(random, size)),
}
"""How often each kind is drawn, and how."""

RANDOM_ELLIPSES = KINDS["random ellipses"][0] + KINDS["heads"][0] * ELLIPSES_SHARE
"""The share of the images that are random ellipses, those in the place of heads included."""

DESCRIPTION = "; ".join(f"{100 * share:g} % {name}" for name, (share, _) in KINDS.items())
"""What model cards say."""


def bias_field(random: np.random.Generator, size: int) -> Tensor:
    """A smooth positive factor (1, 1, size, size), as of a coil's sensitivity."""
    return smooth_field(random, size, 0.25, 3).exp()


def blurred(image: Tensor, deviation: float) -> Tensor:
    """An image (1, 1, size, size) blurred by a Gaussian of this standard deviation in pixels."""
    smooth: Float32Array = ndimage.gaussian_filter(image.numpy(), (0, 0, deviation, deviation))
    return torch.from_numpy(smooth)


def ct_validation(size: int, count: int) -> Tensor:
    """Held-out slices (count, 1, size, size) with the usual contrast of CT."""
    held = slices(WHOLE_HEADS, "validation")
    shown = [image for image in map(ct_like, held) if image is not None]
    chosen = np.linspace(0, len(shown) - 1, count).round().astype(int)
    batch = torch.from_numpy(np.stack([shown[n] for n in chosen]))[:, None]
    images = functional.interpolate(batch, size=(size, size), mode="bicubic", antialias=True)
    return (images / images.amax((1, 2, 3), keepdim=True)).clamp(0, 1)


def _skull(random: np.random.Generator) -> tuple[int, Tissues]:
    """The number of a training slice whose skull is found, and its tissues."""
    while True:
        number = int(random.integers(len(slices(WHOLE_HEADS, "training"))))
        if (tissues := _tissues(number)) is not None:
            return number, tissues


@lru_cache(maxsize=128)
def _tissues(number: int) -> Tissues | None:
    pixels: Float32Array = slices(WHOLE_HEADS, "training")[number]
    return tissues_of(pixels)

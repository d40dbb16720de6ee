"""Training images: heads from `assets/training.h5`, never the same twice.

A slice is turned, mirrored, scaled, shifted and smoothly warped; its grey values pass through a
random curve, so that no one contrast is learned; a few ellipses are inserted, as lesions are.
Some images are a cut-out at the pixel size of a large image, masked by a blob, so that a small
and fast image shows the texture of a large one.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.array_types import Float32Array
from core.problem.image_files import changed_at, open_image_file
from core.problem.phantoms import random_ellipses, rasterise
from core.problem.stored import TRAINING_FILE

FULL_SIZE = 320
"""The size of image whose texture a cut-out keeps."""

ELLIPSES_SHARE = 0.06
"""This share of the images are random ellipses and no heads."""

LESIONS = 1.5
"""The mean number of small ellipses that are inserted into a head."""

HELD_OUT = 12
"""One slice in this many is held out of the training, for validation only."""


AUGMENTATION = (
    "rotation, reflection, scale, shift, smooth warp, a random curve on the grey values, in 40 % "
    f"the noise of a scanner; on average {LESIONS:g} small ellipses as lesions; "
    f"{100 * ELLIPSES_SHARE:g} % of the images are random ellipses and no heads"
)
"""What model cards say."""

SHARES = {"s1": 0.6, "mni152": 0.25, "ants": 0.15}
"""How often each set is drawn: whole heads more often than brains without a skull."""

PEOPLE = {
    "s1": (65, "one person"),
    "mni152": (47, "the average of 152 people"),
    "ants": (6, "six people"),
}
"""How many slices of each set are trained on, and whose they are."""


def people_seen(shares: Mapping[str, float] | None = None) -> str:
    """What model cards say of whose heads these are, and of how often each set is drawn."""
    drawn = {name: f", drawn in {100 * share:g} %" for name, share in (shares or {}).items()}
    sets = (
        f"{whose} ({number} slices{drawn.get(name, '')})"
        for name, (number, whose) in PEOPLE.items()
    )
    return f"heads of {', '.join(sets)}"


def slices(set: str, part: str) -> Float32Array:
    """The slices (count, 256, 256) of a set's `part`, "training" or "validation", maximum 1.

    Remembered while the file is the same.
    """
    return _slices(set, part, changed_at(TRAINING_FILE))


@lru_cache(maxsize=2 * len(SHARES))
def _slices(set: str, part: str, changed: int) -> Float32Array:
    chosen = stored_part(set, "reconstruction_rss", part)
    scaled: Float32Array = chosen / chosen.max(axis=(1, 2), keepdims=True)
    return scaled


def stored_part(set: str, dataset: str, part: str) -> Float32Array:
    """A dataset of a set's `part`, "training" or "validation", as it is stored, in float32."""
    with open_image_file(TRAINING_FILE) as file:
        stack = file[set][dataset][:]
    held = np.arange(len(stack)) % HELD_OUT == HELD_OUT // 2
    chosen: Float32Array = stack[held if part == "validation" else ~held].astype(np.float32)
    return chosen


def validation_images(size: int, count: int) -> Tensor:
    """`count` held-out slices (count, 1, size, size), evenly chosen and not changed otherwise."""
    held = np.concatenate([slices(set, "validation") for set in SHARES])
    chosen = held[np.linspace(0, len(held) - 1, count).round().astype(int)]
    batch = torch.from_numpy(chosen)[:, None]
    images = functional.interpolate(batch, size=(size, size), mode="bicubic", antialias=True)
    return (images / images.amax((1, 2, 3), keepdim=True)).clamp(0, 1)


def random_image(random: np.random.Generator, size: int, zoom: float | None = None) -> Tensor:
    """A training image (1, 1, size, size) in [0, 1] with maximum 1.

    A head is seen `zoom` times closer; for None that is drawn, so that half of the small images
    show the texture of large ones.
    """
    if random.random() < ELLIPSES_SHARE:
        image = ellipses(random, size)
    else:
        source = slices(str(random.choice(list(SHARES), p=list(SHARES.values()))), "training")
        picture = torch.from_numpy(source[random.integers(len(source))])[None, None]
        if random.random() < 0.4:
            picture = grainy(random, picture)
        zoomed = zoom or 1.0
        if zoom is None and size < FULL_SIZE and random.random() < 0.5:
            zoomed = FULL_SIZE / size
        image = recoloured(random, moved(random, picture, size, zoomed))
        image = with_lesions(random, image)
        if zoomed > 1:
            image = image * blob(random, size)
    top = float(image.max())
    return image / top if top > 1e-3 else random_image(random, size, zoom)


def grainy(random: np.random.Generator, picture: Tensor) -> Tensor:
    """The image with the noise of a magnetic resonance scanner, which is nowhere negative."""
    level = random.uniform(0.003, 0.03)
    real, imaginary = random.normal(0, level, (2, *picture.shape)).astype(np.float32)
    return torch.hypot(picture + torch.from_numpy(real), torch.from_numpy(imaginary))


def moved(random: np.random.Generator, picture: Tensor, size: int, zoomed: float) -> Tensor:
    """The image seen through a random affine map and a smooth warp, `zoomed` times closer."""
    angle = random.uniform(-np.pi, np.pi) if random.random() < 0.3 else random.normal(0, 0.25)
    scale = random.uniform(0.72, 1.2) / zoomed
    stretch = random.uniform(0.9, 1.1)
    flip = random.choice([-1.0, 1.0])
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    reach = 0.06 if zoomed == 1 else 0.45
    shift = random.uniform(-reach, reach, 2)
    matrix = [[flip * cos * stretch, -sin, shift[0]], [flip * sin, cos / stretch, shift[1]]]
    affine = torch.tensor([matrix], dtype=torch.float32)
    grid = functional.affine_grid(affine, [1, 1, size, size], align_corners=False)
    knots = int(random.integers(3, 7))
    warp = smooth_field(random, size, 0.04 / knots * scale * 3, knots, channels=2)
    if float(affine[0, :, :2].det().abs()) ** 0.5 * 256 > 1.2 * size:
        picture = functional.interpolate(
            picture, size=(size, size), mode="bilinear", antialias=True
        )
    bent = grid + warp.permute(0, 2, 3, 1)
    mode = "bicubic" if random.random() < 0.7 else "bilinear"
    seen = functional.grid_sample(picture, bent, mode=mode, align_corners=False)
    return seen.clamp(0, 1)


def seen(random: np.random.Generator, image: Float32Array, size: int, zoom: float) -> Tensor:
    """A slice through a random map; where it is seen closer, masked by an ellipse."""
    shown = moved(random, torch.from_numpy(image)[None, None], size, zoom)
    return shown * blob(random, size) if zoom > 1 else shown


def smooth_field(
    random: np.random.Generator, size: int, deviation: float, knots: int, channels: int = 1
) -> Tensor:
    """A smooth random field (1, channels, size, size) between `knots` × `knots` normal numbers."""
    drawn = random.normal(0, deviation, (1, channels, knots, knots)).astype(np.float32)
    return functional.interpolate(
        torch.from_numpy(drawn), size=(size, size), mode="bicubic", align_corners=True
    )


def recoloured(random: np.random.Generator, image: Tensor) -> Tensor:
    """The image with a random curve on its grey values, which leaves zero at zero."""
    if random.random() < 0.5:
        return image ** float(np.exp(random.normal(0, 0.25)))
    count = int(random.integers(3, 7))
    knots = np.linspace(0, 1, count + 1)
    rising = np.sort(random.random(count)) if random.random() < 0.5 else random.random(count)
    values = np.concatenate([[0.0], 0.15 + 0.85 * rising])
    mapped = np.interp(image.numpy(), knots, values).astype(np.float32)
    return torch.from_numpy(mapped)


def with_lesions(random: np.random.Generator, image: Tensor) -> Tensor:
    """The image with small ellipses, brighter or darker, in the head; `LESIONS` on average."""
    count = random.poisson(LESIONS)
    if not count:
        return image
    size = image.shape[-1]
    shapes = np.column_stack(
        [
            random.choice([-1, 1], count) * random.uniform(0.05, 0.6, count),
            np.exp(random.uniform(np.log(0.008), np.log(0.12), (count, 2))) + 1.5 / size,
            random.uniform(-0.6, 0.6, (count, 2)),
            random.uniform(0, 2 * np.pi, count),
        ]
    )
    marks = torch.from_numpy(rasterise(shapes, size, oversampling=2).astype(np.float32))
    inside = functional.max_pool2d((image > 0.08).float(), 9, stride=1, padding=4)
    return (image + marks * inside).clamp(0, 1)


def with_faint_lesions(random: np.random.Generator, image: Tensor) -> Tensor:
    """The same, a tenth as strong: in CT lesions are as faint as the brain's own contrast."""
    return image + 0.1 * (with_lesions(random, image) - image)


def blob(random: np.random.Generator, size: int) -> Tensor:
    """A mask (size, size), 1 inside a random ellipse within the scanned disc and 0 outside."""
    axes = random.uniform(0.55, 0.92, 2)
    shape = np.array([[1.0, *axes, *random.uniform(-0.05, 0.05, 2), random.uniform(0, np.pi)]])
    return torch.from_numpy(rasterise(shape, size, oversampling=2).astype(np.float32))


def ellipses(random: np.random.Generator, size: int) -> Tensor:
    """Random ellipses within the scanned disc, from 0."""
    image = rasterise(random_ellipses(random), size, oversampling=2)
    disc = rasterise(np.array([[1.0, 0.98, 0.98, 0, 0, 0]]), size, oversampling=2)
    image = disc * (image - image[disc > 0].min())
    return torch.from_numpy(image.astype(np.float32))[None, None]


def random_images(random: np.random.Generator, size: int, batch: int) -> Tensor:
    """Training images (batch, 1, size, size)."""
    return torch.cat([random_image(random, size) for _ in range(batch)])


def patches(random: np.random.Generator, size: int, batch: int, sides: Sequence[int]) -> Tensor:
    """Cut-outs (batch, 1, size, size) of training images whose side is drawn from `sides`."""
    cuts = list[Tensor]()
    while len(cuts) < batch:
        image = random_image(random, int(random.choice(sides)))
        for _ in range(4):
            row, column = random.integers(0, image.shape[-1] - size + 1, 2)
            cut = image[..., row : row + size, column : column + size]
            if float(cut.std()) > 0.02 and len(cuts) < batch:
                cuts.append(cut)
    return torch.cat(cuts)

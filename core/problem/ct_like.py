"""Heads as a CT scanner would see them, made of magnetic resonance images: bright bone, flat brain.

A magnetic resonance image of a head has no signal from bone, and much contrast in the brain. What a
CT scanner sees is the other way round. The tissues are found by thresholds and distances: bone is
the dark layer between scalp and brain; the brain is what is left inside, and its grey values are
pressed into a few per cent of water's attenuation. The result has the shapes of a head and the
contrast of CT; it is a stand-in for another modality, and no CT image of this person.

Attenuations relative to water are 1 + HU/1000. Hounsfield units are about −100 to −50 for fat, 15
for cerebrospinal fluid, 20 to 30 for white and 37 to 45 for grey matter, and 700 to 3000 for bone
(T. M. Buzug, Computed Tomography, Springer 2008).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.array_types import Float32Array, FloatArray

Mask = NDArray[np.bool_]

AIR = 0.08
"""What is darker than this share of the brightest pixel is air, or bone."""


@dataclass(frozen=True, kw_only=True)
class Tissues:
    """Masks (rows, columns) that share out a head: bone, the brain with its fluid, and the rest."""

    head: Mask
    brain: Mask
    bone: Mask


@dataclass(frozen=True, kw_only=True)
class Attenuation:
    """Attenuations relative to water; `brain` are the ends of the range of the brain."""

    soft: float = 0.95
    brain: tuple[float, float] = (1.01, 1.04)
    spongy: float = 1.5
    compact: float = 2.0


def random_attenuation(random: np.random.Generator) -> Attenuation:
    """Attenuations as of another person, another scanner or another energy of its rays."""
    first = random.uniform(0.97, 1.02)
    return Attenuation(
        soft=random.uniform(0.85, 1.02),
        brain=(first, first + random.uniform(0.01, 0.1)),
        spongy=random.uniform(1.1, 1.7),
        compact=random.uniform(1.6, 2.8),
    )


def tissues_of(pixels: FloatArray, dark: float = 0.66) -> Tissues | None:
    """The tissues of an axial slice (rows, columns) of a whole head; None where there is no skull.

    `dark` is the grey value, as a share of that of the brain, below which the layer between scalp
    and brain is bone.
    """
    image = ndimage.gaussian_filter(np.asarray(pixels, np.float32) / pixels.max(), 0.7)
    head = _largest(ndimage.binary_fill_holes(_largest(image > AIR)))
    depth = ndimage.distance_transform_edt(head)
    reach = float(depth.max())
    if reach < 20:
        return None
    level = float(np.median(image[depth > 0.5 * reach]))
    # The brain is the bright region that still holds together when bridges to the scalp are cut.
    core = _largest(ndimage.binary_opening((image > 0.55 * level) & (depth > 6), iterations=3))
    brain = ndimage.binary_fill_holes(closed(core, 9)) & (depth > 6)
    layer = head & ~brain & (depth > 4)
    bone = closed(layer & (image < dark * level), 2) & layer
    bone &= _labelled_larger(bone, 30)
    # A slice above the skull's widest part may have no layer that can be told from the scalp.
    if bone.sum() < 0.06 * head.sum() or brain.sum() < 0.3 * head.sum():
        return None
    return Tissues(head=head, brain=brain, bone=bone)


def ct_like(
    pixels: FloatArray,
    attenuation: Attenuation | None = None,
    tissues: Tissues | None = None,
) -> Float32Array | None:
    """A slice (rows, columns) of a whole head with the contrast of CT, its maximum 1.

    None where no skull is found, as in images of brains without one. `tissues` are those of the
    slice, where they are known already.
    """
    tissues = tissues or tissues_of(pixels)
    if tissues is None:
        return None
    values = attenuation or Attenuation()
    image = np.where(tissues.head, values.soft, 0).astype(np.float32)
    grey = np.asarray(pixels, np.float32)
    low, high = np.percentile(grey[tissues.brain], (2, 98))
    share = np.clip((grey - low) / max(high - low, 1e-6), 0, 1)
    first, last = values.brain
    image[tissues.brain] = (first + (last - first) * share)[tissues.brain]
    # Compact bone outside, spongy bone where the layer is thick.
    inside = np.clip(ndimage.distance_transform_edt(tissues.bone) - 1, 0, 3) / 3
    bone = values.compact + (values.spongy - values.compact) * inside
    image[tissues.bone] = bone[tissues.bone]
    image = ndimage.gaussian_filter(image, 0.6) * tissues.head
    result: Float32Array = (image / image.max()).astype(np.float32)
    return result


def closed(mask: Mask, radius: float) -> Mask:
    """The mask with gaps up to twice this radius closed, by discs."""
    wide = ndimage.distance_transform_edt(~mask) <= radius
    within: Mask = ndimage.distance_transform_edt(np.pad(wide, 1))[1:-1, 1:-1] > radius
    return within | mask


def _labelled_larger(mask: Mask, fewest: int) -> Mask:
    """The connected parts of a mask that have at least this many pixels."""
    labels, _ = ndimage.label(mask)
    larger = np.bincount(labels.ravel()) >= fewest
    larger[0] = False
    parts: Mask = larger[labels]
    return parts


def _largest(mask: Mask) -> Mask:
    """The largest connected part of a mask; the mask itself where it is empty."""
    labels, count = ndimage.label(mask)
    if not count:
        return mask
    sizes = np.bincount(labels.ravel())[1:]
    largest: Mask = labels == 1 + int(sizes.argmax())
    return largest

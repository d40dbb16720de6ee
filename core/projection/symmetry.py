"""The symmetries of a scan, and what they save.

The square of pixels has eight symmetries h (four rotations, four mirror images). Where the set of
rays is unchanged by h as well, G[h·ray, h·pixel] = G[ray, pixel], so only the columns of one
pixel per orbit need be known: with W those columns of G,

    (G x)[h·r]  = Σ_h Σ_q W[r, q] x[h·q]        (Gᵀ y)[h·q] = Σ_h Σ_r W[r, q] y[h·r].

W is 1/|H| of G, and each weight that is read serves |H| columns at once. The lecture's scan has
|H| = 4, an even number of parallel views over 180° has 8, an odd start angle leaves the half
turn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array
from core.projection.projection_matrices import Maps, reversed_maps

Table = NDArray[np.uint32]

_TURN = np.array([[0, -1], [1, 0]])
_MIRROR = np.array([[-1, 0], [0, 1]])
_POWERS = [np.linalg.matrix_power(_TURN, k) for k in range(4)]
_SQUARE = tuple(_POWERS) + tuple(power @ _MIRROR for power in _POWERS)
"""The eight matrices that map the square to itself, acting on (x, y); the first does nothing."""

_PRODUCTS = np.array(
    [
        [next(i for i, c in enumerate(_SQUARE) if np.array_equal(a @ b, c)) for b in _SQUARE]
        for a in _SQUARE
    ]
)
"""`_SQUARE[_PRODUCTS[a, b]]` is `_SQUARE[a] @ _SQUARE[b]`."""

# Maps that agree to this many units per pixel or detector are the same view.
_SAME = 1e-9


@dataclass(frozen=True, kw_only=True)
class Orbits:
    """One pixel for each orbit, and where the symmetries H take the pixels and the rays.

    `pixels[q, h]` is the flat index h·q of the image, (orbits, |H|); its column 0 is q itself.
    `rays[r, h]` is the flat index h·r of the sinogram, (angles·detectors, |H|). `share[q]` is
    1 / (how many h leave q where it is): what each of the equal terms may count.
    """

    pixels: Table
    rays: Table
    share: Float64Array


def find_orbits(size: int, maps: Maps, detectors: int, bend: float = 0.0) -> Orbits:
    """Find the largest group of symmetries that these views and this image share."""
    moved = {h: _rays_under(h, maps, detectors, bend) for h in range(8)}
    taken = {h: rays for h, rays in moved.items() if rays is not None}
    group = _largest_group(set(taken))
    images = [_pixels_under(h, size) for h in group]
    chosen = np.logical_and.reduce([images[0] <= image for image in images])
    pixels = np.stack([image[chosen] for image in images], axis=1)
    return Orbits(
        pixels=pixels,
        rays=np.stack([taken[h] for h in group], axis=1),
        share=1.0 / (pixels == pixels[:, :1]).sum(axis=1),
    )


def _pixels_under(h: int, size: int) -> Table:
    """Where symmetry `h` takes each pixel (size, size)."""
    place = np.arange(size, dtype=np.int32)
    back = place[::-1]
    matrix = _SQUARE[h]
    if matrix[0, 0] != 0:  # columns stay columns
        columns = place if matrix[0, 0] > 0 else back
        rows = place if matrix[1, 1] > 0 else back
        index = rows[:, None] * size + columns
    else:  # x comes from y, which runs against the rows
        columns = back if matrix[0, 1] > 0 else place
        rows = back if matrix[1, 0] > 0 else place
        index = columns[:, None] + rows * size
    return index.astype(np.uint32)


def _rays_under(h: int, maps: Maps, detectors: int, bend: float) -> Table | None:
    """Where symmetry `h` takes each ray (angles·detectors,); None if it takes one off the scan.

    View P becomes the view P' with P'(h x) = P(x), that is P' = P h⁻¹ (h⁻¹ = hᵀ), and may be
    found among the views as it is or with its detectors reversed.
    """
    if h == 0:  # also where a view is there twice
        return np.arange(len(maps) * detectors, dtype=np.uint32)
    inverse = np.eye(3)
    inverse[:2, :2] = _SQUARE[h].T
    moved = maps @ inverse
    straight = {key: view for view, key in enumerate(_keys(maps))}
    views = np.empty(len(maps), np.intp)
    turned = np.zeros(len(maps), bool)
    keys = zip(_keys(moved), _keys(reversed_maps(moved, detectors, bend)), strict=True)
    for view, (as_it_is, from_the_end) in enumerate(keys):
        turned[view] = as_it_is not in straight
        found = straight.get(from_the_end if turned[view] else as_it_is)
        if found is None:
            return None
        views[view] = found
    if len(np.unique(views)) < len(views):
        return None
    detector = np.arange(detectors)
    across = np.where(turned[:, None], detectors - 1 - detector, detector)
    return (views[:, None] * detectors + across).ravel().astype(np.uint32)


def _keys(maps: Maps) -> list[bytes]:
    # The odd offset keeps the simple fractions of which maps are made off the rounding's edge.
    return [key.tobytes() for key in np.floor(maps / _SAME + 0.123).astype(np.int64)]


def _largest_group(symmetries: set[int]) -> list[int]:
    """The largest subgroup within the given symmetries, the identity first.

    Symmetries of one set of rays form a group by themselves; this guards against rounding and
    against views that are there twice.
    """
    best = [0]
    for first in symmetries:
        for second in symmetries:
            group = {0}
            while (larger := _times(group, {0, first, second})) != group:
                group = larger
            if group <= symmetries and len(group) > len(best):
                best = sorted(group)
    return best


def _times(left: set[int], right: set[int]) -> set[int]:
    return {int(_PRODUCTS[a, b]) for a in left for b in right}

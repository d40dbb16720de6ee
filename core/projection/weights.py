"""The weights of the fast projector: one sparse column of G for each orbit of pixels."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from core.array_types import AnyArray, Float32Array
from core.projection.footprint import LINE, LINEAR, STRIP, count_rays, weigh_rays
from core.projection.projection_matrices import Maps
from core.projection.symmetry import Orbits, find_orbits
from core.projection.threads import parallel_map
from core.storage.disk_cache import Arrays, cached_arrays

KINDS = {"strip": STRIP, "line": LINE, "linear": LINEAR}
ENTRY_BYTES = 8

# Handing a piece to another thread takes as long as multiplying this many entries.
_WORTH_A_THREAD = 100_000


class TooLargeError(MemoryError):
    """The weights would take more memory than allowed; `bytes` says how much."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"The weights would take {needed / 1e9:.1f} GB.")
        self.bytes = needed


@dataclass(frozen=True, kw_only=True)
class Weights:
    """The columns W of G that belong to `orbits.pixels[:, 0]`, in compressed form.

    Column q has the entries `values[starts[q]:starts[q + 1]]` (float32) in the rows
    `rays[...]` (uint32), which are flat indices into the sinogram.
    """

    size: int
    orbits: Orbits
    starts: NDArray[np.uintp]
    rays: NDArray[np.uint32]
    values: Float32Array

    @property
    def nbytes(self) -> int:
        """Memory in bytes, tables included."""
        arrays = (self.starts, self.rays, self.values, self.orbits.pixels, self.orbits.rays)
        return sum(array.nbytes for array in arrays)

    @property
    def orientations(self) -> int:
        """How many symmetric rays each weight serves, |H|."""
        return int(self.orbits.pixels.shape[1])

    def pieces(self, threads: int) -> list[tuple[int, int]]:
        """Split the pixels into ranges (first, last) of about equal work, one for each thread."""
        count = max(1, min(threads, len(self.values) // _WORTH_A_THREAD))
        shares = np.linspace(0, len(self.values), count + 1).astype(self.starts.dtype)
        bounds = np.searchsorted(self.starts, shares)
        bounds[-1] = len(self.starts) - 1
        return [(int(a), int(b)) for a, b in pairwise(bounds)]

    def matrix(self) -> scipy.sparse.csr_array:
        """G itself (rays, pixels) in compressed rows."""
        pixels, rays = self.orbits.pixels, self.orbits.rays
        column = np.repeat(np.arange(len(pixels)), np.diff(self.starts).astype(np.intp))
        shape = (len(rays), self.size**2)
        orientations = range(pixels.shape[1])
        return scipy.sparse.csr_array(
            scipy.sparse.coo_array(
                (
                    np.concatenate([self.values for _ in orientations]),
                    (
                        np.concatenate([rays[self.rays, h] for h in orientations]),
                        np.concatenate([pixels[column, h] for h in orientations]),
                    ),
                ),
                shape=shape,
            )
        )


def build_weights(
    size: int,
    maps: Maps,
    detectors: int,
    kernel: str,
    *,
    bend: float = 0.0,
    threads: int,
    limit: float,
    name: str,
) -> Weights:
    """Compute the weights of these views, see `footprint` for their definition.

    `bend` is the angle that each detector takes up, in radians; 0 for a straight row. `name` is
    that of the geometry: weights that take long to compute are kept on disk under it.

    Raises
    ------
    TooLargeError
        If they would take more than `limit` bytes.
    """
    orbits = find_orbits(size, maps, detectors, bend)
    entries = cached_arrays(
        f"{name}-weights",
        lambda: _weigh(size, maps, detectors, bend, kernel, orbits, threads, limit),
        lambda entries: _fit(entries, orbits),
    )
    return Weights(
        size=size,
        orbits=orbits,
        starts=entries["starts"],
        rays=entries["rays"],
        values=entries["values"],
    )


def _fit(entries: Arrays, orbits: Orbits) -> bool:
    """Whether entries from a file may be given to the kernels, which check no index."""
    starts, rays, values = entries["starts"], entries["rays"], entries["values"]
    return (
        (starts.dtype, rays.dtype, values.dtype) == (np.uintp, np.uint32, np.float32)
        and starts.shape == (len(orbits.pixels) + 1,)
        and rays.shape == values.shape == (starts[-1],)
        and bool((starts[:-1] <= starts[1:]).all())
        and int(rays.max(initial=0)) < len(orbits.rays)
    )


def _weigh(
    size: int,
    maps: Maps,
    detectors: int,
    bend: float,
    kernel: str,
    orbits: Orbits,
    threads: int,
    limit: float,
) -> dict[str, AnyArray]:
    """Count the entries of each column, then fill them in."""
    row, column = np.divmod(orbits.pixels[:, 0].astype(np.intp), size)
    centre = (size - 1) / 2
    pixels = np.stack([column - centre, centre - row], axis=1)
    kind, curve = KINDS[kernel], bend or None
    edges = np.linspace(0, len(pixels), threads + 1).astype(int)
    pieces = [slice(a, b) for a, b in pairwise(edges)]

    counts = np.zeros(len(pixels), np.uintp)
    parallel_map(
        lambda part: count_rays(maps, pixels[part], kind, detectors, curve, counts[part]), pieces
    )
    starts = np.zeros(len(pixels) + 1, np.uintp)
    np.cumsum(counts, out=starts[1:])
    needed = ENTRY_BYTES * int(starts[-1])
    if needed > limit:
        raise TooLargeError(needed)

    rays = np.empty(int(starts[-1]), np.uint32)
    values = np.empty(int(starts[-1]), np.float32)

    def weigh(part: slice) -> None:
        portion = orbits.share[part]
        chosen = starts[part]
        weigh_rays(maps, pixels[part], portion, kind, detectors, curve, chosen, rays, values)

    parallel_map(weigh, pieces)
    return {"starts": starts, "rays": rays, "values": values}

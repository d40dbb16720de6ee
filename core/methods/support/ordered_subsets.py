"""How the views of a scan are dealt into batches, and in which order these are used."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from core.projection.projector import Projector

Views = NDArray[np.intp]

ORDERS = ("spread", "shuffled", "sequential")

GOLDEN = (np.sqrt(5) - 1) / 2


def batches_of(views: int, size: int, order: str, seed: int) -> list[Views]:
    """Deal the views into batches of `size` or nearly so: their numbers, each in one batch.

    - `spread`: each batch covers the whole arc, and successive batches are far apart
      (multiples of the golden ratio: T. Köhler (2004), doi:10.1109/NSSMIC.2004.1466745);
    - `shuffled`: dealt at random, to be used in a new order in each pass;
    - `sequential`: neighbouring views together, in the order of the scan.
    """
    count = -(-views // size)
    if order == "spread":
        # The rank of j·φ mod 1 among them all: neighbours in j are 0.62 of the range apart.
        turns = np.argsort(np.argsort(np.arange(count) * GOLDEN % 1))
        return [np.arange(first, views, count) for first in turns]
    if order == "shuffled":
        dealt = np.random.Generator(np.random.PCG64(seed)).permutation(views)
        return [np.sort(batch) for batch in np.array_split(dealt, count)]
    return np.array_split(np.arange(views), count)


def ordered_subsets(batches: Sequence[Views], order: str, seed: int) -> Iterator[Sequence[int]]:
    """Yield for each pass, without end, the order in which the batches take their turns."""
    random = np.random.Generator(np.random.PCG64(seed))
    while True:
        turns = range(len(batches))
        yield random.permutation(turns).tolist() if order == "shuffled" else turns


def part_of(operator: Projector, views: Views) -> Projector:
    """The projector of these views: the operator itself where they are all of them."""
    return operator if len(views) == operator.dimsd[0] else operator.angle_subset(views)

"""How the views of a scan are dealt into batches, and in which order these are used."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.problem.projector import Projector

Batch = NDArray[np.intp]

ORDERS = ("spread", "shuffled", "sequential")

GOLDEN = (np.sqrt(5) - 1) / 2


def batches_of_passes(views: int, size: int, order: str, seed: int) -> Iterator[list[Batch]]:
    """Yield, for one pass after another, the batches of view numbers; without end.

    Every view is in exactly one batch of a pass; batches have `size` views or nearly so.

    - `spread`: each batch covers the whole arc, and successive batches are far apart
      (multiples of the golden ratio: T. Kohler (2004), doi:10.1109/NSSMIC.2004.1466745);
    - `shuffled`: the views are dealt afresh for each pass, as in the training of a network;
    - `sequential`: neighbouring views together, in the order of the scan.

    A single batch has the views in the order of the scan.
    """
    count = -(-views // size)
    random = np.random.Generator(np.random.PCG64(seed))
    while True:
        if count == 1:
            yield [np.arange(views)]
        elif order == "spread":
            # The rank of j·φ mod 1 among them all: neighbours in j are 0.62 of the range apart.
            turns = np.argsort(np.argsort(np.arange(count) * GOLDEN % 1))
            yield [np.arange(first, views, count) for first in turns]
        elif order == "shuffled":
            yield [np.sort(b) for b in np.array_split(random.permutation(views), count)]
        else:
            yield np.array_split(np.arange(views), count)


def part_of(operator: Projector, views: Batch) -> Projector:
    """The projector of these views: the operator itself where they are all of them."""
    return operator if len(views) == operator.dimsd[0] else operator.angle_subset(views)

"""Several images like the one of a scan, so that methods are judged on more than one."""

from dataclasses import replace

import numpy as np

from core.problem.images import RandomEllipses, StoredImage, demo_set
from core.problem.measurement import Source
from core.problem.scan import Scan


def scans_like(source: Source, count: int) -> tuple[Source, ...]:
    """The scan itself and `count` − 1 others of its kind.

    They are other slices of the same set, evenly spread, or ellipses of other seeds; of all other
    images there is one, and the tuple is shorter.
    """
    if not isinstance(source, Scan):
        return (source,)
    image = source.image
    if isinstance(image, StoredImage):
        others = [n for n in range(demo_set(image.set).slices) if n != image.slice]
        places = np.linspace(0, len(others) - 1, min(count - 1, len(others)))
        images = [replace(image, slice=others[round(place)]) for place in places.tolist()]
        return (source, *(replace(source, image=other) for other in images))
    if isinstance(image, RandomEllipses):
        seeds = [(image.seed + n) % 2**32 for n in range(1, count)]
        return (source, *(replace(source, image=replace(image, seed=seed)) for seed in seeds))
    return (source,)

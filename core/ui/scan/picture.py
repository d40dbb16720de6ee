"""The picture that a step about images alone looks at: the simulated truth, or measured data's."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.methods.fbp import FBP
from core.problem.scan import Scan
from core.ui import cached
from core.ui.scan.source import measured

BRIGHTEST = 99.9
"""The percentile that counts as 1: single bright pixels are noise."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A picture (n, n) with values near 0 to 1; `known` says whether it is a true image.

    `key` is what defines it, for `cached.memoize`.
    """

    title: str
    image: NDArray[np.float32] = field(repr=False)
    known: bool
    key: tuple[object, ...]


def picture_of(scan: Scan) -> Picture:
    """The true image of a simulated scan; the FBP of the measured data where they are chosen."""
    source = measured()
    if source is None:
        truth = cached.truth(scan.image, scan.size)
        return Picture(title="Truth", image=truth, known=True, key=(scan.image, scan.size))

    def reconstruct() -> NDArray[np.float32]:
        measurement = cached.measurement(source)
        image = next(FBP().iterate(measurement.operator, measurement.data)).image
        brightest = float(np.percentile(image, BRIGHTEST))
        return np.asarray(image / (brightest if brightest > 0 else 1.0), np.float32)

    image = cached.memoize("picture of measured data", source, compute=reconstruct)
    return Picture(title="FBP of the measured data", image=image, known=False, key=(source,))

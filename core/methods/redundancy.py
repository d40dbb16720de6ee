"""How much each measured ray counts where some rays are measured twice.

A scanner that turns by more than 180° (a fan beam: by more than 180° plus its opening) measures
rays again from the other side. Each pair of opposite rays must count as one, and the share must
pass smoothly from the one to the other: the ramp filter would sharpen a sudden change.

Source: F. Noo, M. Defrise, R. Clackdoyle and H. Kudo, Image reconstruction from fan-beam
projections on less than a short scan, Phys. Med. Biol. 47 (2002) 2525-2546,
DOI 10.1088/0031-9155/47/14/311, equations 31 and 32.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.problem.geometry import Beam

SMOOTHED_DEG = 10.0


def ray_shares(beam: Beam) -> NDArray[np.float64]:
    """The share of each ray in the pair that it makes with its opposite, (angles, detectors).

    1 where the opposite ray lies outside the arc, ½ over a full turn.
    """
    turned = np.arange(beam.view_count)[:, None] * (beam.views.arc / beam.view_count)
    opening = np.rad2deg(beam.fan_angles)
    opposite = (turned + 180 - 2 * opening) % 360
    own = np.maximum(_presence(turned, beam.views.arc), 1e-9)
    return np.asarray(own / (own + _presence(opposite, beam.views.arc)))


def _presence(turned: NDArray[Any], arc_deg: float) -> NDArray[Any]:
    """1 inside the arc, 0 outside, with a smooth rise and fall at its ends."""
    if arc_deg >= 360:
        return np.ones_like(turned)
    smoothed = min(SMOOTHED_DEG, arc_deg / 2)
    to_the_nearest_end = np.minimum(turned, arc_deg - turned)
    inside = np.clip(to_the_nearest_end / smoothed, 0, 1)
    return np.asarray(np.sin(np.pi / 2 * inside) ** 2)

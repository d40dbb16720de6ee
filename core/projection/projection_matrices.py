"""Where each view sees a point: one projective map per view, for every beam alike.

A view is a matrix P (2, 3). The point (x, y), in pixels from the axis, x to the right and y up,
meets the row of detectors at u = (P₀·(x, y, 1)) / (P₁·(x, y, 1)), counted in detectors from the
outer edge of the first, so that detector j is j ≤ u ≤ j + 1. Parallel rays have P₁ = (0, 0, 1).

Where the detectors stand on a circle about the source, each takes up the same angle, the beam's
`bend` in radians. The quotient is then tan γ, with the ray's angle γ to the central one, and
u = γ / bend + (number of detectors) / 2. The bend of a straight row counts as 0.

The beams make both: `Beam.projection_matrices`, `Beam.bend`.
"""

from core.array_types import Float64Array

Maps = Float64Array


def reversed_maps(maps: Maps, detectors: int, bend: float = 0.0) -> Maps:
    """The same views with the detectors counted from the other end."""
    turned = maps.copy()
    last = 0 if bend else detectors  # γ turns into −γ, u into the number of detectors − u
    turned[:, 0] = last * maps[:, 1] - maps[:, 0]
    return turned

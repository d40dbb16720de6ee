import numpy as np
import pytest

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews
from core.projection.symmetry import find_orbits

# By hand: a half turn maps parallel rays to themselves; a mirror image turns θ into 180° − θ,
# which needs the start at 0 or halfway between two views; a quarter turn needs an even number of
# views. A fan needs the turned source among its views.
EXPECTED = [
    (ParallelBeam(views=EvenViews(angles=41)), 4),
    (ParallelBeam(views=EvenViews(angles=40)), 8),
    (ParallelBeam(views=EvenViews(angles=41, start=90 / 41)), 4),
    (ParallelBeam(views=EvenViews(angles=41, start=1)), 2),
    (ParallelBeam(views=EvenViews(angles=40, start=1)), 4),
    (ParallelBeam(views=EvenViews(angles=40, arc=360)), 8),
    (ParallelBeam(views=EvenViews(angles=27, arc=270)), 2),
    (ParallelBeam(views=EvenViews(angles=1)), 4),
    (ParallelBeam(views=EvenViews(angles=1, start=45)), 4),
    (ParallelBeam(views=EvenViews(angles=1, start=44)), 2),
    (FanBeam(views=EvenViews(angles=41, arc=360.0)), 2),
    (FanBeam(views=EvenViews(angles=40, arc=360.0)), 8),
    (FanBeam(views=EvenViews(angles=42, arc=360.0)), 4),
    (FanBeam(views=EvenViews(angles=40, arc=360.0, start=1)), 4),
    (FanBeam(views=EvenViews(angles=41, arc=360.0, start=1)), 1),
    (FanBeam(views=EvenViews(angles=41, arc=180)), 1),
    (FanBeam(views=EvenViews(angles=1, arc=360.0)), 2),
    (CurvedFanBeam(views=EvenViews(angles=41, arc=360.0)), 2),
    (CurvedFanBeam(views=EvenViews(angles=40, arc=360.0)), 8),
    (CurvedFanBeam(views=EvenViews(angles=40, arc=360.0, start=1)), 4),
    (CurvedFanBeam(views=EvenViews(angles=41, arc=180)), 1),
]


@pytest.mark.parametrize("size", [6, 7])
@pytest.mark.parametrize(("beam", "symmetries"), EXPECTED)
def test_orbits_of_known_scans(size, beam, symmetries):
    orbits = find_orbits(size, beam.projection_matrices(), beam.detectors, beam.bend)
    assert orbits.pixels.shape[1] == orbits.rays.shape[1] == symmetries
    # Every pixel counts once in all, every symmetry takes each ray to a ray of its own.
    weight = np.zeros(size * size)
    np.add.at(weight, orbits.pixels, orbits.share[:, None])
    np.testing.assert_allclose(weight, 1)
    for rays in orbits.rays.T:
        assert sorted(rays) == list(range(beam.view_count * beam.detectors))
    np.testing.assert_array_equal(orbits.rays[:, 0], np.arange(len(orbits.rays)))

"""A small scan, and its data with one or more imperfections."""

from dataclasses import replace

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.problem.images import RandomEllipses
from core.problem.scan import Scan

BEAM = ParallelBeam(views=EvenViews(angles=20), detectors=64, detector_width=1.0)
SCAN = Scan(image=RandomEllipses(seed=1), size=64, beam=BEAM)
PERFECT = SCAN.simulate()


def measured(*wrong, **changes):
    """The scan with these imperfections, or with others of its fields changed, simulated."""
    return replace(SCAN, imperfections=wrong, **changes).simulate()

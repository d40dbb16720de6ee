"""The small scan with which the lessons on the bridge are tested."""

import pylops

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.recipes.bridge import use

SIZE = 16
BEAM = ParallelBeam(views=EvenViews(angles=9), detectors=12)
WEIGHTS = (0.5, 1.0, 2.0)


def run(projector, data, optimiser, step=1.0, iterations=60):
    objective = use.penalised(pylops.TorchOperator(projector).apply, data, projector.dims, *WEIGHTS)
    curvature = projector.norm_squared + 2 * WEIGHTS[0] + 8 * WEIGHTS[1] + 8 * WEIGHTS[2]
    return list(use.descend(objective, projector.dims, optimiser, step, curvature, iterations))

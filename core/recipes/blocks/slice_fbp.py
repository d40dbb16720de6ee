"""FBP with ASTRA, slice by slice."""

import numpy as np

from core.recipes.blocks.run_astra import run_astra
from core.recipes.blocks.view_cells import view_cells
from core.recipes.scan import G, angles, data


def slice_fbp(name: str, cutoff: float) -> np.ndarray:
    """The volume of parallel rays, with a window on the ramp."""
    # ASTRA takes the views to cover 180° evenly, so each is first given its true weight
    before, after, views, of_view = view_cells(180.0)
    weights = ((before + after) / views)[of_view] * len(angles) / 180
    options = {"FilterType": name} | ({"FilterD": cutoff} if name != "none" else {})
    slices = [
        run_astra(
            "FBP",
            G.operators[k % len(G.operators)].projector_id,
            data[:, k] * weights[:, None],
            options,
        )
        for k in range(data.shape[1])
    ]
    return np.stack(slices)

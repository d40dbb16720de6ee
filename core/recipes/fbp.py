"""Filtered back-projection of a parallel beam with ASTRA, from image to reconstruction."""

from core.recipes.blocks.run_astra import run_astra
from core.recipes.blocks.view_cells import view_cells
from core.recipes.scan import G, angles, data

FILTER = "ram-lak"
CUTOFF = 1.0

# ASTRA takes the views to cover 180° evenly, so each is first given its true weight
before, after, views, of_view = view_cells(180.0)
weights = ((before + after) / views)[of_view] * len(angles) / 180

# The reconstruction
options = {"FilterType": FILTER} | ({"FilterD": CUTOFF} if FILTER != "none" else {})
reconstruction = run_astra("FBP", G.projector_id, data * weights[:, None], options)

"""SIRT with ASTRA, from image to reconstruction."""

from core.recipes.blocks.run_astra import run_astra
from core.recipes.scan import G, data

RELAXATION = 1.0
NONNEGATIVE = False
ITERATIONS = 100

# The reconstruction
options = {"Relaxation": RELAXATION} | ({"MinConstraint": 0} if NONNEGATIVE else {})
reconstruction = run_astra("SIRT", G.projector_id, data, options, ITERATIONS)

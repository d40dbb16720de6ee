"""SIRT with PyLops, from image to reconstruction; ASTRA's own takes images only, or a GPU."""

from core.recipes.blocks.simultaneous import simultaneous

RELAXATION = 1.0
NONNEGATIVE = False
ITERATIONS = 100

# The reconstruction
reconstruction = simultaneous()

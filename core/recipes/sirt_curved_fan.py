"""SIRT with PyLops, from image to reconstruction; ASTRA's own knows no curved detector."""

from core.recipes.blocks.simultaneous import simultaneous

RELAXATION = 1.0
NONNEGATIVE = False
ITERATIONS = 100

# The reconstruction
reconstruction = simultaneous()

"""Back-projection with ASTRA and PyLops, from image to reconstruction."""

from core.recipes.scan import G, data

# The reconstruction
reconstruction = G.H @ data

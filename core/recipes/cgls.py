"""CGLS with PyLops and ASTRA, from image to reconstruction."""

import pylops

from core.recipes.scan import G, data

ITERATIONS = 20

# The reconstruction
reconstruction = pylops.cgls(G, data.ravel(), niter=ITERATIONS, tol=0)[0].reshape(G.dims)

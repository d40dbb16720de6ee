"""LSQR with PyLops and ASTRA, from image to reconstruction."""

import pylops

from core.recipes.scan import G, data

DAMPING = 0.0
ITERATIONS = 20

# The reconstruction
reconstruction = pylops.lsqr(
    G, data.ravel(), damp=DAMPING, niter=ITERATIONS, atol=1e-7, btol=1e-7, conlim=0
)[0].reshape(G.dims)

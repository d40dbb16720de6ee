"""The primal-dual hybrid gradient with PyProximal and ASTRA, from image to reconstruction."""

from core.recipes.blocks.primal_dual import primal_dual
from core.recipes.blocks.stacked import A, g, norm_squared

PRIOR = "tv"
SIGMA = 0.01
ITERATIONS = 200
STEP = 0.99
RATIO = 1.0
ADAPTIVE = False
FAST = False

# The reconstruction
tau = (RATIO * STEP / norm_squared) ** 0.5
reconstruction = primal_dual(g, A, tau, mu=STEP / norm_squared / tau)

"""The stochastic primal-dual hybrid gradient with PyProximal and ASTRA, from image on."""

import numpy as np
import pylops

from core.recipes.blocks.power_iteration import largest_eigenvalue
from core.recipes.blocks.unknowns import others
from core.recipes.forms.split import K, K_norm_squared, h, lower, upper
from core.recipes.scan import G, angles, data, scanner

PRIOR = "tv"
SIGMA = 0.01
ITERATIONS = 100
SUBSETS = 8
STEP = 0.99
RATIO = 1.0
SEED = 0

# Every n-th view in a subset
n = min(SUBSETS, len(angles))
A, norm_squared = [], []
for i in range(n):
    part = scanner(angles[i::n])
    blind = pylops.Zero(part.shape[0], others)
    A.append(pylops.VStack([pylops.HStack([part, blind]), K], dtype=np.float32))
    norm_squared.append(largest_eigenvalue(part) + K_norm_squared)

tau = (RATIO * STEP / max(norm_squared)) ** 0.5 / n
mu = [STEP / (n * square * tau) for square in norm_squared]

# The reconstruction: each subset has its own dual variable for its share h/n of the prior
m = np.zeros(G.shape[1] + others, np.float32)
z = z_bar = np.zeros_like(m)
y = [np.zeros(part.shape[0], np.float32) for part in A]
draws = np.random.Generator(np.random.PCG64(SEED))
for _ in range(ITERATIONS):
    for i in draws.integers(n, size=n):
        m = np.clip(m - np.float32(tau) * z_bar, lower, upper)
        risen = y[i] + np.float32(mu[i]) * (A[i] @ m)
        views, rest = np.split(risen, [risen.size - K.shape[0]])
        views = (views - mu[i] * data[i::n].ravel()) / (1 + mu[i])
        rest = rest - mu[i] * h.prox(rest / mu[i], 1 / (n * mu[i]))
        after = np.concatenate([views, rest]).astype(np.float32)
        delta = A[i].H @ (after - y[i])
        y[i], z = after, z + delta
        z_bar = z + np.float32(n) * delta
reconstruction = m[: G.shape[1]].reshape(G.dims)

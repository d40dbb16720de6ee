"""Rays count by 1/√(length); what GGᵀ does to each detector frequency is measured on noise."""

import numpy as np

from core.recipes.scan import G

lengths = G @ np.ones(G.dims, np.float32)
ray_weights = 1 / np.sqrt(np.maximum(lengths, 0.05 * lengths.max()))
noise, across, power = np.random.default_rng(0), 0.0, 0.0
for _ in range(2):
    probe = ray_weights * (G @ noise.standard_normal(G.dims, np.float32))
    answer = ray_weights * (G @ (G.H @ (ray_weights * probe).astype(np.float32)))
    before, after = np.fft.rfft(probe), np.fft.rfft(answer)
    rows = tuple(range(probe.ndim - 1))
    across = across + np.sum((after * before.conj()).real, axis=rows)
    power = power + np.sum(np.abs(before) ** 2, axis=rows)
response = np.maximum(across / power, 0.05 * np.median(across / power))

"""Rays count by 1/√(length); what GGᵀ does to each detector frequency is measured on noise."""

import numpy as np

from core.recipes.scan import SIZE, G

lengths = G @ np.ones((SIZE, SIZE), np.float32)
ray_weights = 1 / np.sqrt(np.maximum(lengths, 0.05 * lengths.max()))
noise, across, power = np.random.default_rng(0), 0.0, 0.0
for _ in range(2):
    probe = ray_weights * (G @ noise.standard_normal((SIZE, SIZE), np.float32))
    answer = ray_weights * (G @ (G.H @ (ray_weights * probe).astype(np.float32)))
    before, after = np.fft.rfft(probe, axis=1), np.fft.rfft(answer, axis=1)
    across = across + np.sum((after * before.conj()).real, axis=0)
    power = power + np.sum(np.abs(before) ** 2, axis=0)
response = np.maximum(across / power, 0.05 * np.median(across / power))

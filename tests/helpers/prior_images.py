"""An image to regularise, and loops that run until they have converged."""

import numpy as np

from core.methods.priors import InnerLoop

CONVERGED = InnerLoop(iterations=4000, warm=True, gap=0.0)
SIZE = 24


def noise(size=SIZE, seed=0):
    """Something smooth, an edge and noise, some of it below zero and above one."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    image = 0.5 + 0.4 * np.sin(3 * x) + 0.5 * (y > 0.2 * x)
    return (image + 0.3 * np.random.default_rng(seed).standard_normal(image.shape)).ravel()


def within(prior, image):
    """The nearest image at which the prior is finite."""
    lower, upper = getattr(prior, "lower", -np.inf), getattr(prior, "upper", np.inf)
    return np.clip(image, lower, upper)

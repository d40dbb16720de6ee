"""Learned gradient descent with the FBP of the residual as one channel more, with PyTorch."""

from core.recipes.blocks.mean_of_data import mean_of_data
from core.recipes.blocks.plain_gradient_network import LearnedGradient
from core.recipes.blocks.trained_network import reconstructed

ORIENTATIONS = 1

# The reconstruction
reconstruction = reconstructed(LearnedGradient(sharp=True), mean_of_data, ORIENTATIONS)

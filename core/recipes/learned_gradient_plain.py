"""Learned gradient descent as published, with PyTorch, from image to reconstruction."""

from core.recipes.blocks.mean_of_data import mean_of_data
from core.recipes.blocks.plain_gradient_network import LearnedGradient
from core.recipes.blocks.trained_network import reconstructed

ORIENTATIONS = 1

# The reconstruction
reconstruction = reconstructed(LearnedGradient(), mean_of_data, ORIENTATIONS)

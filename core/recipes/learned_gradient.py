"""Learned gradient descent with PyTorch, from image to reconstruction."""

from core.recipes.blocks.brightest import brightest
from core.recipes.blocks.learned_gradient_network import LearnedGradient
from core.recipes.blocks.trained_network import reconstructed

ORIENTATIONS = 1

# The reconstruction
reconstruction = reconstructed(LearnedGradient(), brightest, ORIENTATIONS)

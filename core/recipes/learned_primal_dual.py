"""Learned primal-dual with PyTorch, from image to reconstruction."""

from core.recipes.blocks.brightest import brightest
from core.recipes.blocks.primal_dual_network import LearnedPrimalDual
from core.recipes.blocks.trained_network import reconstructed

ORIENTATIONS = 1

# The reconstruction
reconstruction = reconstructed(LearnedPrimalDual(), brightest, ORIENTATIONS)

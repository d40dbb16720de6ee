"""Learned primal-dual with PyTorch, from image to reconstruction."""

from core.recipes.blocks.brightest import brightest
from core.recipes.blocks.primal_dual_network import LearnedPrimalDual
from core.recipes.blocks.trained_network import reconstructed

# The reconstruction
reconstruction = reconstructed(LearnedPrimalDual(), brightest)

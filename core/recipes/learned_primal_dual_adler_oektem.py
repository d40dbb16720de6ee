"""Learned primal-dual for the published ellipses, with PyTorch."""

from core.recipes.blocks.mean_of_data import mean_of_data
from core.recipes.blocks.primal_dual_network import LearnedPrimalDual
from core.recipes.blocks.trained_network import reconstructed

ORIENTATIONS = 1

# The reconstruction
reconstruction = reconstructed(LearnedPrimalDual(stages=8), mean_of_data, ORIENTATIONS)

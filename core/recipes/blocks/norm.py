"""The largest eigenvalue L of GᵀG."""

from core.recipes.blocks.power_iteration import largest_eigenvalue
from core.recipes.scan import G

L = largest_eigenvalue(G)

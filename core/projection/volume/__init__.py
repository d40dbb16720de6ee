"""How volumes are projected: compiled loops without a matrix, in which threads share no voxel."""

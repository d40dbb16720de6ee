"""The seven steps of the autograd bridge, one file each, named after the recipe that they run."""

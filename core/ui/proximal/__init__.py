"""The proximal page: the prox, the iteration it makes, the workbench, and the race."""

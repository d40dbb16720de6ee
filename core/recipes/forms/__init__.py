"""The forms in which solvers take a prior, by the names that its section sets."""

"""Priors as blocks of text: the export puts the one that is asked for into a recipe."""

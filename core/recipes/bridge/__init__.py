"""The seven lessons on taking a linear operator into PyTorch, each a script that runs alone.

The page of the lab calls the functions of these scripts and shows their text.
"""

"""Figures: their descriptions in Python and their drawing in the browser."""

"""Flat and dark field: the share of the beam that each ray lets through."""

from core.recipes.measured import dark, white
from core.recipes.scan import data

data = (data - dark) / (white - dark)

"""Widgets made from parameters, and the link that holds their values."""

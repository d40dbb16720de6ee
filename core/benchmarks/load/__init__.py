"""A class of visitors on a real server: what `make load` measures."""

"""The prior by its prox, `g`, whose inner loop is warm-started and runs until the gap is small."""

import pyproximal

g: pyproximal.ProxOperator
"""A range of m is `g.lower`, and a weight of zero is `pyproximal.Box()`."""

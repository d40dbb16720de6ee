"""The prior by its prox, `g`, with PyProximal's inner loops."""

import pyproximal

g: pyproximal.ProxOperator
"""A range of m is `g.lower`, and a weight of zero is `pyproximal.Box()`."""

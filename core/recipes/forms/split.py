"""The prior in parts: h(Km) with lower ≤ m ≤ upper."""

import pylops
import pyproximal

K: pylops.LinearOperator
K_norm_squared: float
h: pyproximal.ProxOperator
"""A weight of zero is `pyproximal.Box()`."""
lower: float
upper: float

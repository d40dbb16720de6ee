"""The types of arrays, the same in all rooms; what shape an array has, its docstring says.

`Image`, `Sinogram` and `Vector` are all float32 arrays: the three names say what an array means.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Float32Array: TypeAlias = NDArray[np.float32]
"""Single precision, in which everything is reconstructed."""

Image: TypeAlias = Float32Array
"""An image (size, size), or several of them (…, size, size)."""

Sinogram: TypeAlias = Float32Array
"""Data (views, detectors), or several of them (…, views, detectors)."""

Vector: TypeAlias = Float32Array
"""An image or data in one dimension (n,), as the solvers of PyLops have them."""

Float64Array: TypeAlias = NDArray[np.float64]
"""Double precision: geometry, and the numbers of a curve."""

FloatArray: TypeAlias = NDArray[np.floating[Any]]
"""Real numbers of any precision."""

AnyArray: TypeAlias = NDArray[Any]
"""Any array."""

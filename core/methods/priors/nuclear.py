"""The nuclear norm: the sum of the singular values of the image, seen as a matrix.

    g(m) = σ Σ_k s_k(m),    prox_{τg}(v) = U diag(max(s − τσ, 0)) Vᵀ,    v = U diag(s) Vᵀ

Source: J.-F. Cai, E. J. Candès and Z. Shen, A singular value thresholding algorithm for matrix
completion, SIAM J. Optim. 20 (2010) 1956-1982, DOI 10.1137/080738970.
"""

from typing import final

import numpy as np
import scipy.linalg

from core.array_types import AnyArray
from core.methods.priors.base import Prior


@final
class Nuclear(Prior):
    """σ‖m‖_*: an image of low rank.

    PyProximal's `Nuclear` has the same prox, but takes the value from the eigenvalues of mᵀm,
    which in float32 loses all singular values below 3e-4 of the largest.
    """

    name = "nuclear"
    position = 80
    title = "Nuclear norm"
    formula = r"g(m) = \sigma \lVert m \rVert_* = \sigma \sum_k s_k(m)"
    prox_formula = (
        r"\mathrm{prox}_{\tau g}(v) = U\, \mathrm{diag}(\max(s - \tau\sigma, 0))\, V^T, "
        r"\quad v = U\, \mathrm{diag}(s)\, V^T"
    )
    effect = "Few patterns of rows and columns: weave, not anatomy. A brain is not of low rank."

    def __call__(self, x: AnyArray) -> float:
        """The value σ Σ s_k(x)."""
        return self.sigma * float(np.sum(scipy.linalg.svdvals(self._matrix(x))))

    def prox(self, x: AnyArray, tau: float) -> AnyArray:
        """The singular values less τσ, those that would be negative dropped."""
        left, values, right = scipy.linalg.svd(self._matrix(x), full_matrices=False)
        kept = np.maximum(values - tau * self.sigma, 0)
        rank = int(np.count_nonzero(kept))
        image: AnyArray = (left[:, :rank] * kept[:rank]) @ right[:rank]
        return image.reshape(x.shape)

    def _matrix(self, x: AnyArray) -> AnyArray:
        return x.reshape(self.size, self.size)

"""Quantisation: the data are rounded to a multiple of Δ, d_i = Δ round((Gm)_i / Δ)."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from core.parameters import param
from core.problem.noise.base import Noise


@final
@dataclass(frozen=True, kw_only=True)
class QuantisedNoise(Noise):
    """Rounding to `steps` levels between 0 and the largest datum."""

    name: ClassVar[str] = "quantised"
    title: ClassVar[str] = "Quantised"
    order: ClassVar[int] = 90
    kind: ClassVar[str] = "quantisation"
    lesson: ClassVar[str] = "An analogue-to-digital converter knows **{steps} levels** only."
    equations: ClassVar[tuple[str, ...]] = (
        "d_i = \\Delta\\,\\mathrm{{round}}\\bigl((Gm)_i / \\Delta\\bigr)",
    )
    script: ClassVar[str] = """\
step = clean.max() / NOISE_STEPS
data = step * np.round(clean / step)
"""

    steps: int = param(256, low=2, high=65536, title="Levels", help="Levels of the converter.")

    @property
    def phrase(self) -> str:
        """The model and its level in a few words."""
        return f"rounded to {self.steps} levels"

    def apply(self, clean: NDArray[np.float32], scale: float | None = None) -> NDArray[np.float32]:
        """Return the rounded data; `clean` is left as it is."""
        step = self._step(clean)
        return (step * np.round(clean / step)).astype(np.float32)

    def deviation(
        self, clean: NDArray[np.float32], scale: float | None = None
    ) -> NDArray[np.float64]:
        """Standard deviation of an error that is uniform over one step."""
        return np.full(clean.shape, self._step(clean) / np.sqrt(12))

    def figures(self, clean: NDArray[np.float32]) -> dict[str, str]:
        """The number of levels."""
        return {"steps": str(self.steps)}

    def _step(self, clean: NDArray[np.float32]) -> float:
        return float(clean.max(initial=0)) / self.steps or 1.0

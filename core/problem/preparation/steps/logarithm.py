"""−log: transmissions become line integrals of the attenuation."""

from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np

from core.errors import InputError
from core.number_format import percent
from core.parameters import param
from core.problem.preparation.intensities import negative_logarithm
from core.problem.preparation.steps.base import Prepared, Step


@final
@dataclass(frozen=True, kw_only=True)
class Logarithm(Step):
    """Beer and Lambert: I = I₀ exp(−∫μ), so that ∫μ = −log(I / I₀)."""

    name: ClassVar[str] = "log"
    title: ClassVar[str] = "Logarithm"
    order: ClassVar[int] = 2
    about: ClassVar[str] = (
        "Of the beam, exp(−∫μ) passes: −log of the transmission is the line integral. Where "
        "nothing arrives the logarithm has no value, and a smallest transmission stands in."
    )

    take: str = param(
        "auto",
        choices=("auto", "yes", "no"),
        words={"auto": "After a flat field", "yes": "Yes", "no": "No"},
        title="Take −log",
        help="auto: where a flat field was used. Line integrals need no logarithm.",
    )
    floor: float = param(
        1e-4,
        low=1e-8,
        high=0.1,
        log=True,
        title="Smallest transmission",
        help="Smaller transmissions, and those below 0, count as this one.",
    )

    @property
    def wanted(self) -> bool:
        """Whether a logarithm may be taken."""
        return self.take != "no"

    def apply(self, before: Prepared) -> Prepared:
        """Take −log of the transmissions."""
        if self.take == "auto" and before.white is None:
            return replace(before, note="The data are taken for line integrals: no logarithm.")
        shares = before.data
        if before.white is None:
            # Without a field the brightest ray stands for the beam.
            low, top = float(shares.min()), float(shares.max())
            if low < 0:
                negative = int((shares < 0).sum())
                raise InputError(
                    f"{negative} counts are negative, the lowest is {low:g}: counts are 0 or more. "
                    "Line integrals need no logarithm."
                )
            if top <= 0:
                raise InputError("All counts are 0: nothing was measured.")
            shares = (shares / np.float32(top)).astype(np.float32)
        integrals = negative_logarithm(shares, self.floor)
        clipped = percent(integrals.changed / shares.size) if integrals.changed else "none"
        note = f"Clipped at a transmission of {self.floor:g}: {integrals.changed} rays ({clipped})."
        return replace(
            before,
            data=integrals.sinogram,
            note=note,
            recipe="logarithm_of_counts" if before.white is None else "logarithm",
            constants={"LOG_FLOOR": self.floor},
        )

"""Counts divided by the beam: what each ray lets through."""

from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np

from core.array_types import Float32Array
from core.errors import InputError
from core.parameters import param
from core.problem.preparation.intensities import transmissions
from core.problem.preparation.steps.base import Prepared, Step

AIR = 0.05
"""The share of the detectors at each border that is taken for air."""


@final
@dataclass(frozen=True, kw_only=True)
class FlatField(Step):
    """(counts − dark field) / (flat field − dark field)."""

    name: ClassVar[str] = "flat"
    title: ClassVar[str] = "Flat and dark field"
    order: ClassVar[int] = 1
    about: ClassVar[str] = (
        "Detectors differ, and so does the beam across them. Divided by what each counts without "
        "an object, the data are the share of the beam that passes."
    )

    field: str = param(
        "auto",
        choices=("auto", "file", "border", "none"),
        words={
            "auto": "If there is one",
            "file": "From the file",
            "border": "From the border",
            "none": "None",
        },
        title="Flat field",
        help=(
            "auto: the file's where it has one. border: the mean of the outermost twentieth of the "
            "detectors on both sides, in each view, where nothing but air must be."
        ),
    )

    @property
    def wanted(self) -> bool:
        """Always: the field of a file that is not to be used is forgotten here."""
        return True

    def apply(self, before: Prepared) -> Prepared:
        """Divide by the beam, where there is a field."""
        if self.field == "none" or (self.field == "auto" and before.white is None):
            return replace(before, white=None, dark=None, note="No flat field is used.")
        if self.field == "border":
            return self._by_border(before)
        if before.white is None:
            raise InputError(
                "The file holds no flat field: choose the border, or none where the data are line "
                "integrals already."
            )
        shares = transmissions(before.data, before.white, before.dark)
        with_dark = "the flat field" if before.dark is None else "the flat and the dark field"
        note = f"Divided by {with_dark} of the file."
        return replace(before, data=shares, dark=None, note=note, recipe="flat_field")

    def _by_border(self, before: Prepared) -> Prepared:
        detectors = before.data.shape[1]
        dark = np.zeros(detectors) if before.dark is None else before.dark
        counts = before.data - dark
        width = max(1, round(AIR * detectors))
        air = np.concatenate([counts[:, :width], counts[:, -width:]], axis=1).mean(axis=1)
        if not (air > 0).all():
            view = int(np.flatnonzero(~(air > 0))[0])
            raise InputError(
                f"The border of view {view + 1} has the mean {air[view]:g}; where it is air it "
                "must be more than 0."
            )
        shares: Float32Array = (counts / air[:, None]).astype(np.float32)
        note = f"Divided by the mean of the outermost {width} detectors of each view."
        white = np.ones(detectors, np.float32)  # what follows knows that these are transmissions
        return replace(
            before,
            data=shares,
            white=white,
            dark=None,
            note=note,
            recipe="flat_border",
            constants={"FLAT_WIDTH": width},
        )

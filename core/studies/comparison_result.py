"""What a comparison has found: numbers, images, how each solve went, and what is said of it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array, Image

MEASURES = (
    "snr",
    "psnr",
    "ssim",
    "residual",
    "held_out",
    "seconds",
    "iterations",
    "value",
)

StoredImage = NDArray[np.float16] | NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """How a solve went: the seconds of the solver, SNR in dB and residual of iterates, (n,)."""

    scan: int
    candidate: int
    seconds: Float64Array
    snr: Float64Array
    residual: Float64Array


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A sentence about one solve: that it failed, which rule has tuned it, or how it ended."""

    kind: Literal["failed", "rule", "note"]
    scan: int
    candidate: int
    title: str
    sentence: str


@dataclass(frozen=True, kw_only=True, eq=False)
class ComparisonResult:
    """The result of each scan and candidate; NaN and an empty image where there is none yet.

    table : (measures, scans, candidates), read by `result["snr"]`. SNR and PSNR are in dB,
        `residual` is ‖Gm̂ − d‖/‖d‖; `held_out` the same in views that a solve of its own has not
        seen, for measured data; `seconds` are those of the solver; `value` is that of the tuned
        parameter.
    images : one for each cell, in the order of the scans; of shape (0, 0) where there is none.
    done : solves that are done, those that failed included.
    """

    table: Float64Array
    images: tuple[StoredImage, ...]
    courses: tuple[Course, ...]
    remarks: tuple[Remark, ...]
    done: int

    def __getitem__(self, measure: str) -> Float64Array:
        column: Float64Array = self.table[MEASURES.index(measure)]
        return column

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be solved, each sentence once."""
        sentences = [f"{r.title}: {r.sentence}" for r in self.remarks if r.kind == "failed"]
        return tuple(dict.fromkeys(sentences))

    def said(self, candidate: int, kind: str) -> str:
        """The first sentence of this kind about a candidate, or ""."""
        matching = (r for r in self.remarks if r.candidate == candidate and r.kind == kind)
        return next((remark.sentence for remark in matching), "")

    def course(self, scan: int, candidate: int) -> Course | None:
        """How a solve went; None where it has not ended well."""
        matching = (c for c in self.courses if (c.scan, c.candidate) == (scan, candidate))
        return next(matching, None)

    def image(self, scan: int, candidate: int) -> Image:
        """One image (size, size), float32; the same object each time where it is stored so."""
        stored = self.images[scan * self.table.shape[2] + candidate]
        image: Image = stored.astype(np.float32, copy=False)
        return image

    def has(self, scan: int, candidate: int) -> bool:
        """Whether this solve has given an image."""
        return bool(np.isfinite(self["residual"][scan, candidate]))

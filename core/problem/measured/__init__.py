"""Measured data: a sinogram whose true image is unknown, shipped or a visitor's own.

`raw` sinograms come from the shipped tilt series or from a file; `acquisition` says which axis
counts views and at which angles; the steps of `core.problem.preparation` make line integrals of
them; `MeasuredScan` is all of this as a source of data.
"""

from core.problem.measured.acquisition import Acquisition
from core.problem.measured.own_file import SINOGRAM_FILE, OwnSinogram, open_sinogram
from core.problem.measured.source import SERIES, MeasuredScan, parse_series
from core.problem.measured.tilt_series import TiltSeries

__all__ = [
    "SERIES",
    "SINOGRAM_FILE",
    "Acquisition",
    "MeasuredScan",
    "OwnSinogram",
    "TiltSeries",
    "open_sinogram",
    "parse_series",
]

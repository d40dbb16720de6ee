"""What is computed once for everybody: thin, bounded caches in front of the scan.

They hold pictures only. The operator stays in the projector's own cache, which knows its size.
Everything is keyed by the content key: Streamlit's own hash forgets the type of a dataclass.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.problem.images import ImageSource
from core.problem.keys import content_key
from core.problem.scan import Measurement, Scan

Array = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """The arrays of a measurement, read-only: image (size, size), sinograms (angles, detectors)."""

    truth: Array
    clean: Array
    data: Array


def pictures(scan: Scan) -> Pictures:
    """The image, the clean and the noisy data of a scan."""
    clean = _clean(content_key(scan.image, scan.size, scan.beam, scan.projector), scan)
    return Pictures(truth=truth(scan.image, scan.size), clean=clean, data=_data(scan.key, scan))


def measurement(scan: Scan) -> Measurement:
    """The measurement of a scan, with its operator."""
    shown = pictures(scan)
    return Measurement(
        operator=scan.operator(), data=shown.data, clean=shown.clean, truth=shown.truth, scan=scan
    )


def truth(image: ImageSource, size: int) -> Array:
    """An image at its working size (size, size), read-only."""
    return _truth(content_key(image, size), image, size)


@st.cache_resource(max_entries=24, show_spinner=False)
def _truth(key: str, _image: ImageSource, _size: int) -> Array:
    return _sealed(_image.read(_size))


@st.cache_resource(max_entries=16, show_spinner="Scanning the image …")
def _clean(key: str, _scan: Scan) -> Array:
    return _sealed(_scan.operator().forward(truth(_scan.image, _scan.size)))


@st.cache_resource(max_entries=16, show_spinner=False)
def _data(key: str, _scan: Scan) -> Array:
    clean = _clean(content_key(_scan.image, _scan.size, _scan.beam, _scan.projector), _scan)
    return _sealed(_scan.noise.apply(clean))


def _sealed(array: Array) -> Array:
    array.setflags(write=False)
    return array

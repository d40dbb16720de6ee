"""What is computed once for everybody: a bounded memory in front of the scan.

It holds pictures only. The operator stays in the projector's own cache, which knows its size.
Everything is kept by its content key: Streamlit's own hash forgets the type of a dataclass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.keys import content_key
from core.problem.images import ImageSource
from core.problem.imperfections import BeamImperfection
from core.problem.measurement import Measurement, SimulatedMeasurement, Source
from core.problem.scan import Scan
from core.problem.uploads import uploads_in
from core.storage.lru_cache import SizedLRU
from core.studies.reconstruction import measurement_of

Array = NDArray[np.float32]
T = TypeVar("T")

PRIVATE_BYTES = 48e6
"""What a session may keep of results that were made of its visitor's own image."""


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """The arrays of a measurement, read-only: image (size, size), sinograms (angles, detectors).

    `attenuation` is that of one unit of the data.
    """

    truth: Array
    clean: Array
    data: Array
    attenuation: float


def pictures(scan: Scan) -> Pictures:
    """The image, the clean and the noisy data of a scan."""
    # Noise and detectors change more often than the rays, which take longer.
    before = tuple(one for one in scan.imperfections if isinstance(one, BeamImperfection))
    rays, attenuation = memoize(
        "rays",
        scan.image,
        scan.size,
        scan.beam,
        scan.kernel,
        scan.finer_grid,
        before,
        compute=lambda: _exposed(scan),
    )
    data, clean = memoize("data", scan, compute=lambda: scan.record(rays, attenuation))
    return Pictures(
        truth=truth(scan.image, scan.size), clean=clean, data=data, attenuation=attenuation
    )


def _exposed(scan: Scan) -> tuple[Array, float]:
    exposure = scan.expose()
    return exposure.rays, exposure.attenuation


@overload
def measurement(source: Scan) -> SimulatedMeasurement: ...
@overload
def measurement(source: Source) -> Measurement: ...
def measurement(source: Source) -> Measurement:
    """The measurement of a source, with its operator."""
    if not isinstance(source, Scan):
        return measurement_of(source)
    shown = pictures(source)
    return SimulatedMeasurement(
        operator=source.operator(),
        data=shown.data,
        clean=shown.clean,
        truth=shown.truth,
        scan=source,
        attenuation=shown.attenuation,
    )


def truth(image: ImageSource, size: int) -> Array:
    """An image at its working size (size, size), read-only."""
    return memoize("truth", image, size, compute=lambda: image.read(size))


def memoize(*what: Any, compute: Callable[[], T], large: bool = False) -> T:
    """Return what `compute` gives, from memory where `what` was asked before.

    what : dataclasses, numbers and texts that define the result, its name first. Arrays come back
        read-only, since everybody shares them.
    large : for results of ten megabytes and more, of which only a few are kept.

    What is made of a visitor's own image is kept in the visitor's session, and ends with it.
    """
    if uploads_in(what):
        private: SizedLRU[T] = st.session_state.setdefault(
            "results of own file", SizedLRU(PRIVATE_BYTES, _nbytes)
        )
        key = content_key(*what)
        if (value := private.find(key)) is None:
            # Not by `get`, which makes one value at a time: one may need another.
            value = _sealed(compute())
            private.put(key, value)
        return value
    result: T = (_few if large else _many)(content_key(*what), compute)
    return result


@st.cache_resource(max_entries=64, show_spinner="Computing …")
def _many(key: str, _compute: Callable[[], Any]) -> Any:
    return _sealed(_compute())


@st.cache_resource(max_entries=8, show_spinner="Computing …")
def _few(key: str, _compute: Callable[[], Any]) -> Any:
    return _sealed(_compute())


def _nbytes(result: Any) -> int:
    if isinstance(result, tuple):
        return sum(map(_nbytes, result))
    return result.nbytes if isinstance(result, np.ndarray) else 1000


def _sealed(result: Any) -> Any:
    for array in result if isinstance(result, tuple) else (result,):
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    return result

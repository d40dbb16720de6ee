"""What is computed once for everybody: a bounded memory of what pages show.

Everything is kept by its content key: Streamlit's own hash forgets the type of a dataclass.
"""

from collections.abc import Callable
from typing import Any, TypeVar, overload

import numpy as np
import streamlit as st

from core.array_types import Image
from core.keys import content_key
from core.problem.images import ImageSource
from core.problem.measurement import Measurement, SimulatedMeasurement, Source
from core.problem.scan import Scan
from core.problem.uploads import uploads_in
from core.storage.lru_cache import SizedLRU
from core.studies.measurements import is_remembered, measurement_of

T = TypeVar("T")

PRIVATE_BYTES = 48e6
"""What a session may keep of results that were made of its visitor's own image."""


@overload
def measurement(source: Scan) -> SimulatedMeasurement: ...
@overload
def measurement(source: Source) -> Measurement: ...
def measurement(source: Source) -> Measurement:
    """The measurement of a source, the one that jobs use."""
    if is_remembered(source):
        return measurement_of(source)
    with st.spinner("Computing …"):
        return measurement_of(source)


def truth(image: ImageSource, size: int) -> Image:
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

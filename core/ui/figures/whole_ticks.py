"""Ticks of an axis that counts: there is no iteration one and a half."""

from collections.abc import Iterable
from typing import Any

import numpy as np

MOST = 10
"""Plotly's own ticks are whole where there are more numbers."""


def whole_ticks(values: Iterable[np.ndarray], *, log: bool) -> dict[str, Any]:
    """The ticks of an axis as Plotly's attributes; none where its values are not few whole numbers.

    values : the coordinates of all curves, any shapes. log : whether only positive ones are shown.
    """
    known = np.concatenate([np.ravel(x) for x in values] or [np.empty(0)])
    known = known[np.isfinite(known) & (known > 0 if log else True)]
    if not len(known) or (known != np.round(known)).any():
        return {}
    first, last = int(known.min()), int(known.max())
    if not 0 < last - first <= MOST:
        return {}
    ticks = np.arange(first, last + 1)
    return {"tickmode": "array", "tickvals": ticks, "ticktext": [str(tick) for tick in ticks]}

"""Results as the workbench shows them, with a history of which a test says what it needs."""

import numpy as np

from core.methods.sirt import SIRT
from core.methods.support.history import COLUMNS, History, Snapshot
from core.ui.workbench.displayed_result import Entry, styles_for


def history(**last: float) -> History:
    table = np.full((len(COLUMNS), 1), np.nan)
    for name, value in {"iteration": 4, "seconds": 1.0, **last}.items():
        table[COLUMNS.index(name), 0] = value
    return History(names=COLUMNS, table=table)


def entry(letter: str, image: np.ndarray | None = None, method=SIRT, **last: float) -> Entry:
    image = np.zeros((64, 64), np.float32) if image is None else image
    shots = tuple(Snapshot(iteration=i, image=image * i) for i in (0, 1, 4))
    return Entry(
        letter=letter,
        method=method(),
        image=image,
        history=history(**last),
        snapshots=shots,
        stop="finished",
        style=styles_for([method()])[0],
    )

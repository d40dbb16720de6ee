"""The progress of a job as a record, on its way from a worker to the page."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.array_types import AnyArray, Image
from core.methods.support.history import History
from core.storage.record import Record


@dataclass(frozen=True, kw_only=True, eq=False)
class Progress:
    """What a task reports at a step, but for its parts; `image` is (size, size)."""

    step: int
    steps: int
    image: Image | None = None
    history: History | None = None
    part: str = ""

    def to_bytes(self) -> bytes:
        """For `from_bytes`."""
        header: dict[str, Any] = {"step": self.step, "steps": self.steps, "part": self.part}
        arrays: dict[str, AnyArray] = {}
        if self.image is not None:
            arrays["image"] = self.image
        if self.history is not None:
            header["columns"] = self.history.names
            arrays["history"] = self.history.table
        return Record(header=header, arrays=arrays).to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Progress":
        """Read what `to_bytes` wrote; raise `ValueError` for anything else."""
        record = Record.from_bytes(data)
        header = dict(record.header)
        columns = header.pop("columns", None)
        history = None
        if columns is not None:
            table = np.asarray(record.arrays["history"], np.float64)
            history = History(names=tuple(columns), table=table)
        return cls(**header, image=record.arrays.get("image"), history=history)

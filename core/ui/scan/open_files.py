"""The files that visitors have open: in memory only, bounded, and gone with their session.

Streamlit bounds the size of one upload and nothing else: it takes any number of them, from anybody
who has a session. Here each visitor has room for two, the present one and the one that is to take
its place, and all visitors share a bound.
"""

import logging
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from queue import SimpleQueue
from typing import Any, Protocol

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from core.errors import InputError
from core.jobs.queue import the_jobs
from core.problem.images import UploadedImage, open_upload
from core.problem.uploads import LARGEST_BYTES
from core.studies.measurements import forget_uploads
from core.studies.reconstruction import forget_runs
from core.ui.controls.link_sentence import plain_text

PER_VISITOR = 2 * LARGEST_BYTES
IN_ALL = 10 * LARGEST_BYTES
"""Bytes. What does not fit is refused with a sentence."""

log = logging.getLogger(__name__)

NO_ROOM = b"No room for this file: it was not kept."
"""Stands in Streamlit's memory for the content of a file that was refused."""

_open_files: "weakref.WeakSet[OpenFile]" = weakref.WeakSet()
_closed: SimpleQueue[set[str]] = SimpleQueue()
_counting = threading.Lock()


@dataclass(kw_only=True, eq=False)
class OwnFile:
    """The content of a file and the slice that was looked at last; `digests` are those opened.

    `likeliest` is the array that is shown unless another is chosen.
    """

    title: str
    content: bytes = field(repr=False)
    opened: UploadedImage
    digests: set[str] = field(default_factory=set)
    likeliest: str = ""

    def __post_init__(self) -> None:
        self.likeliest = self.opened.info.dataset
        self.digests.add(self.opened.digest)
        track(self)

    @property
    def arrays(self) -> Mapping[str, tuple[int, int, int]]:
        """The arrays to choose from, with their shapes; empty where there is one."""
        return self.opened.info.arrays

    def slices_of(self, dataset: str) -> int:
        """How many slices an array of the file has."""
        return self.arrays.get(dataset, self.opened.info.shape)[0]

    def image(self, slice: int, dataset: str = "") -> UploadedImage:
        """One slice, counted from 0; where it is bad, say so and stay with the last good one."""
        dataset = dataset or self.likeliest
        if (self.opened.slice, self.opened.info.dataset) != (slice, dataset):
            try:
                self.opened = read(self.title, self.content, slice, dataset)
                self.digests.add(self.opened.digest)
            except InputError as error:
                place = f"{dataset}, slice {slice}" if self.arrays else f"Slice {slice}"
                st.error(plain_text(f"{place}: {error}"))
        return self.opened


class OpenFile(Protocol):
    """A visitor's file: its bytes count, and what was made of them goes when it is closed."""

    content: bytes
    digests: set[str]


def track(file: OpenFile) -> None:
    """Count the bytes of a file while it is open, and forget its digests when it is closed."""
    _open_files.add(file)
    _forgetting()
    # Runs in the thread that drops the last reference, which may hold any lock: it puts the
    # digests into a queue, which never waits, and another thread does the rest.
    weakref.finalize(file, _closed.put, file.digests).atexit = False


def read(title: str, content: bytes, slice: int | None = None, dataset: str = "") -> UploadedImage:
    """Open one slice of a visitor's file; raise `InputError` when it is bad."""
    with reading():
        return open_upload(title, content, slice, dataset)


@contextmanager
def reading() -> Iterator[None]:
    """Say that a file is read, and wait where another one is.

    A visitor has one reader at a time, also where a run of the page was stopped in the middle.
    """
    one_at_a_time: Any = st.session_state.setdefault("reading a file", threading.Lock())
    with st.spinner("Reading the file …"), one_at_a_time:
        yield


@cache
def _forgetting() -> None:
    threading.Thread(target=_forget_closed, name="closed files", daemon=True).start()


def _forget_closed() -> None:
    """Forget what was made of a file when it is closed, unless somebody else has it open too."""
    while True:
        digests = _closed.get()
        try:
            gone = frozenset(digests.difference(*(file.digests for file in list(_open_files))))
            if gone:
                forget_uploads(gone)
                forget_runs(gone)
                the_jobs().forget(gone)
        except Exception:  # the next file must be forgotten all the same
            log.exception("A file that was closed could not be forgotten.")


def bound_uploads() -> None:
    """Make sure that this server's uploads are bounded; for every run of a page."""
    context = get_script_run_ctx()
    if context is not None:
        bound(context.uploaded_file_mgr)


def bound(manager: Any) -> None:
    """Bound what Streamlit's memory of uploads takes, once.

    The oldest files of a visitor make room for the newest; where all visitors together have too
    much, the new file is not kept.
    """
    files = getattr(manager, "file_storage", None)
    if files is None or hasattr(manager, "bounded"):
        return
    add, manager.bounded = manager.add_file, True

    def add_bounded(session_id: str, file: UploadedFileRec) -> None:
        with _counting:
            own = dict(files.get(session_id, {}))
            while own and sum(len(kept.data) for kept in own.values()) + len(file.data) > (
                PER_VISITOR
            ):
                oldest = next(iter(own))
                del own[oldest]
                manager.remove_file(session_id, oldest)
            others = [kept.data for session in list(files.values()) for kept in session.values()]
            # A file that is open is the same bytes in both places.
            held = {id(data): len(data) for data in (*others, *(f.content for f in _open_files))}
            full = sum(held.values()) + len(file.data) > IN_ALL
            add(session_id, file._replace(data=NO_ROOM) if full else file)

    manager.add_file = add_bounded

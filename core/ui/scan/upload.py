"""A visitor's own file: opened from the browser, kept in that visitor's session only."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from core.errors import InputError
from core.problem.reader_process.pool import the_readers
from core.problem.readers import KINDS
from core.problem.uploads import CUT, FILE, LARGEST_BYTES
from core.ui.controls import permalink
from core.ui.controls.link_sentence import plain_text
from core.ui.scan.open_files import IN_ALL, NO_ROOM, OwnFile, read


@dataclass(kw_only=True)
class _Uploads:
    """What a session has opened.

    files : the open file by its hash, or nothing.
    seen : the upload looked at last, and what is wrong with it, or "".
    closed : how many files have been closed so far.
    """

    files: dict[str, OwnFile] = field(default_factory=dict)
    seen: tuple[str, str] = ("", "")
    closed: int = 0


def _uploads() -> _Uploads:
    uploads: _Uploads = st.session_state.setdefault("uploads", _Uploads())
    return uploads


def files() -> Mapping[str, OwnFile]:
    """The file of this session by its hash, or nothing. A new file takes the place of the old."""
    return _uploads().files


def file_control() -> str:
    """Draw the field that opens a file; return the hash of the file that is open, or ""."""
    uploads = _uploads()
    the_readers().warm_up()
    chosen = st.file_uploader(
        "Your own image",
        key="uploader" + " again" * uploads.closed,
        max_upload_size=LARGEST_BYTES // 10**6,
        help=f"{KINDS}. It stays in this session and is stored nowhere. Cut a slice out of a file "
        f"that is too large with `{CUT}`.",
    )
    if chosen is None:
        uploads.seen = "", ""
    else:
        seen, sentence = uploads.seen
        if seen != chosen.file_id:
            sentence = _open(chosen.name, chosen.getvalue())
            uploads.seen = chosen.file_id, sentence
        if sentence:
            st.error(plain_text(sentence))
    digest = next(iter(files()), "")
    _answer_link(digest)
    permalink.current().record(FILE.name, digest, digest)
    if digest:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain_text(f"Open: {files()[digest].title}"), width="stretch")
            st.button("Close", key="close file", type="tertiary", on_click=_close)
    else:
        st.caption("No file is open: the lecture's image stands in for it.")
        st.caption(
            f"Up to {LARGEST_BYTES // 10**6} MB. A larger file opens on the command line, which "
            f"also cuts one slice out of it for this field: `{CUT}`"
        )
    return digest


def _close() -> None:
    """Forget the file, and empty the field: a field of another name takes its place."""
    uploads = _uploads()
    uploads.files.clear()
    uploads.closed += 1


def _open(name: str, content: bytes) -> str:
    """Put a file in place of the session's own; return what is wrong with it, or ""."""
    if content == NO_ROOM:
        return (
            f"This server holds {IN_ALL / 1e6:.0f} MB of uploaded files, as much as it can. Try "
            "again when others have closed theirs."
        )
    uploads = _uploads()
    try:
        opened = read(name, content)
    except InputError as error:
        return str(error)
    digest = hashlib.sha256(content).hexdigest()[:16]
    uploads.files.clear()
    uploads.files[digest] = OwnFile(title=name, content=content, opened=opened)
    return ""


def _answer_link(digest: str) -> None:
    link = permalink.current()
    if not link.waiting(FILE.name, FILE.aliases):
        return
    wanted = link.take(FILE.name, FILE.aliases)
    if wanted and wanted != digest:
        link.note(
            "This link shows an image from a file that is not open in this session. Open the file "
            "here to see it; until then the lecture's image stands in for it."
        )

"""A visitor's own file: opened from the browser, kept in that visitor's session only."""

import hashlib
from collections.abc import Mapping

import streamlit as st

from core.parameter import Parameter
from core.problem.reader_process.pool import the_readers
from core.problem.readers import KINDS
from core.problem.uploads import CUT, LARGEST_BYTES
from core.ui.scan.field import Field
from core.ui.scan.open_files import OwnFile, read

MISSING = (
    "This link shows an image from a file that is not open in this session. Open the file here to "
    "see it; until then the lecture's image stands in for it."
)


def _uploads() -> Field[OwnFile]:
    uploads: Field[OwnFile] = st.session_state.setdefault("uploads", Field[OwnFile]())
    return uploads


def files() -> Mapping[str, OwnFile]:
    """The file of this session by its hash, or nothing. A new file takes the place of the old."""
    return _uploads().files


def file_control(parameter: Parameter) -> str:
    """Draw the field that opens a file; return the hash of the file that is open, or ""."""
    uploads = _uploads()
    the_readers().warm_up()
    chosen = st.file_uploader(
        "Your own image",
        key="uploader" + uploads.again,
        max_upload_size=LARGEST_BYTES // 10**6,
        help=f"{KINDS}. It stays in this session and is stored nowhere. Cut a slice out of a file "
        f"that is too large with `{CUT}`.",
    )
    uploads.look((chosen,), _open)
    digest = uploads.linked(parameter, MISSING)
    if digest:
        uploads.close_button("close file")
    else:
        st.caption("No file is open: the lecture's image stands in for it.")
        st.caption(
            f"Up to {LARGEST_BYTES // 10**6} MB. A larger file opens on the command line, which "
            f"also cuts one slice out of it for this field: `{CUT}`"
        )
    return digest


def _open(name: str, content: bytes) -> str:
    """Put a file in place of the session's own; return what is wrong with it, or ""."""
    return _uploads().take(
        (content,),
        hashlib.sha256(content).hexdigest()[:16],
        lambda: OwnFile(title=name, content=content, opened=read(name, content)),
    )

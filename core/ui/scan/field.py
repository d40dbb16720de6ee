"""What the fields for a visitor's own file have in common: one file is open, until it is closed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import InputError
from core.parameter import Parameter
from core.ui.controls import permalink
from core.ui.controls.link_sentence import plain_text
from core.ui.scan.open_files import IN_ALL, NO_ROOM, OpenFile


class Titled(OpenFile, Protocol):
    """A visitor's file with the name that it came by."""

    title: str


F = TypeVar("F", bound=Titled)


@dataclass(kw_only=True)
class Field(Generic[F]):
    """What a session has opened by a field.

    files : the open file by its hash, or nothing. A new file takes the place of the old.
    seen : the uploads looked at last, and what is wrong with them, or "".
    closed : how many files have been closed so far.
    """

    files: dict[str, F] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    sentence: str = ""
    closed: int = 0

    @property
    def again(self) -> str:
        """What tells the widgets of this field from those before a file was closed."""
        return " again" * self.closed

    def look(self, uploads: Sequence[UploadedFile | None], take: Callable[..., str]) -> None:
        """Where other uploads than before lie in the field, take them; say what is wrong.

        The first of them is the file, the others go with it. `take` gets its name and the contents
        of all, None for one that is not there, and returns what is wrong, or "". What comes later
        goes with the open file: Streamlit forgets the uploads of a field that was not drawn.
        """
        seen = tuple(upload.file_id for upload in uploads if upload is not None)
        if seen != self.seen:
            new, self.seen = set(seen) - set(self.seen), seen
            file, contents = uploads[0], [upload and upload.getvalue() for upload in uploads]
            opened = next(iter(self.files.values()), None)
            if file is not None:
                self.sentence = take(file.name, *contents)
            elif new and opened is not None:
                self.sentence = take(opened.title, opened.content, *contents[1:])
            else:
                self.sentence = ""
        if self.sentence:
            st.error(plain_text(self.sentence))

    def take(self, contents: tuple[bytes | None, ...], digest: str, read: Callable[[], F]) -> str:
        """Put what `read` opens in place of the session's own; return what is wrong, or ""."""
        if NO_ROOM in contents:
            return (
                f"This server holds {IN_ALL / 1e6:.0f} MB of uploaded files, as much as it can. "
                "Try again when others have closed theirs."
            )
        try:
            file = read()
        except InputError as error:
            return str(error)
        self.files.clear()
        self.files[digest] = file
        return ""

    def linked(self, parameter: Parameter, missing: str) -> str:
        """The hash of the open file, which the link carries, or "".

        `missing` is said of a link to a file that is not open here.
        """
        digest, link = next(iter(self.files), ""), permalink.current()
        if link.waiting(parameter.name, parameter.aliases):
            wanted = link.take(parameter.name, parameter.aliases)
            if wanted and wanted != digest:
                link.note(missing)
        link.record(parameter.name, digest, digest)
        return digest

    def close_button(self, key: str) -> None:
        """Name the open file beside the button that closes it."""
        (file,) = self.files.values()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain_text(f"Open: {file.title}"), width="stretch")
            st.button("Close", key=key, type="tertiary", on_click=self._close)

    def _close(self) -> None:
        """Forget the file, and empty the field: widgets of other names take its place."""
        self.files.clear()
        self.closed += 1
        self.seen, self.sentence = (), ""

"""A visitor's own sinogram: opened from the browser, kept in that visitor's session only."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from core.errors import InputError
from core.problem.measured import SINOGRAM_FILE, OwnSinogram, open_sinogram
from core.problem.reader_process.pool import the_readers
from core.problem.readers.sinogram.array_file import KINDS
from core.problem.readers.sinogram.raw import Stacked
from core.problem.uploads import LARGEST_BYTES
from core.ui.controls.link_sentence import plain_text
from core.ui.scan.field import Field
from core.ui.scan.open_files import reading, track

MISSING = (
    "This link shows a sinogram from a file that is not open in this session. Open the file here "
    "to see it; until then the tilt series stands in for it."
)


@dataclass(kw_only=True, eq=False)
class OwnSinogramFile:
    """The content of a file, of a second one with angles, and the sinogram looked at last."""

    title: str
    content: bytes = field(repr=False)
    angles: bytes | None = field(repr=False)
    opened: OwnSinogram
    asked: tuple[Stacked, int | None] = ("auto", None)
    digests: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.digests.add(self.opened.digest)
        track(self)

    @property
    def stacked(self) -> str:
        """How its stack was read; "" where there is one sinogram only."""
        return self.opened.sinogram.stacked

    def slices(self, stacked: Stacked) -> int:
        """How many sinograms there are when the axes are read so."""
        if self.asked[0] != stacked:
            self._open(stacked, None)
        return self.opened.sinogram.slices

    def sinogram(self, stacked: Stacked, index: int) -> OwnSinogram:
        """One sinogram; where it is bad, say so and stay with the last good one."""
        if self.asked[0] != stacked or self.opened.sinogram.index != index:
            self._open(stacked, index if self.opened.sinogram.slices > 1 else None)
        return self.opened

    def _open(self, stacked: Stacked, index: int | None) -> None:
        try:
            self.opened = _read(self.title, self.content, self.angles, stacked, index)
            self.asked = stacked, index
            self.digests.add(self.opened.digest)
        except InputError as error:
            st.error(plain_text(str(error)))


def _opened() -> Field[OwnSinogramFile]:
    opened: Field[OwnSinogramFile] = st.session_state.setdefault(
        "own sinogram", Field[OwnSinogramFile]()
    )
    return opened


def files() -> Mapping[str, OwnSinogramFile]:
    """The sinogram of this session by its hash, or nothing."""
    return _opened().files


def sinogram_control() -> str:
    """Draw the fields that open a sinogram and its angles; return the hash of what is open."""
    opened = _opened()
    the_readers().warm_up()
    chosen = st.file_uploader(
        "Your own sinogram",
        key="sinogram uploader" + opened.again,
        max_upload_size=LARGEST_BYTES // 10**6,
        help=f"{KINDS}. It stays in this session and is stored nowhere.",
    )
    listed = st.file_uploader(
        "Its angles, where the file has none",
        key="angles uploader" + opened.again,
        max_upload_size=1,
        help="One angle for each view, as text, .npy or any of the formats above.",
    )
    opened.look((chosen, listed), _take)
    digest = opened.linked(SINOGRAM_FILE, MISSING)
    if digest:
        opened.close_button("close sinogram")
    else:
        st.caption("No sinogram is open: the tilt series stands in for it.")
    return digest


def _take(name: str, content: bytes, angles: bytes | None) -> str:
    """Put a file in place of the session's own; return what is wrong with it, or ""."""
    return _opened().take(
        (content, angles),
        hashlib.sha256(content + b"angles" + (angles or b"")).hexdigest()[:16],
        lambda: OwnSinogramFile(
            title=name,
            content=content,
            angles=angles,
            opened=_read(name, content, angles, "auto", None),
        ),
    )


def _read(
    name: str, content: bytes, angles: bytes | None, stacked: Stacked, index: int | None
) -> OwnSinogram:
    with reading():
        return open_sinogram(name, content, index, stacked, angles)

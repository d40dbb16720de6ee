"""A visitor's own volume: opened from the browser, kept in that visitor's session only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import streamlit as st

from core.errors import InputError
from core.number_format import plural
from core.parameter import Parameter
from core.problem.reader_process.pool import the_readers
from core.problem.uploads import LARGEST_BYTES, array_choice
from core.problem.volumes.own_file import (
    DISTANCES,
    KINDS,
    UploadedVolume,
    as_one_file,
    open_own_volume,
)
from core.ui.controls.link_sentence import plain_text
from core.ui.controls.parameter_controls import control
from core.ui.scan.field import Field
from core.ui.scan.open_files import reading, track

FILE = Parameter(name="volume.file", default="", title="File of the volume")
"""The visitor's own volume, by the hash of its content: only its session can open it."""
MISSING = (
    "This link shows a volume from a file that is not open in this session. Open the file here to "
    "see it; until then another volume stands in for it."
)
ARRAY = Parameter(
    name="volume.array",
    default="",
    title="Array",
    listed=True,
    help="The file holds several arrays: this one is the volume, by slices, rows and columns.",
)
DISTANCE = Parameter(
    name="volume.slice_distance",
    default=1.0,
    low=DISTANCES[0],
    high=DISTANCES[1],
    title="Distance of slices (pixels)",
    typed=True,
    help="How far the slices are apart, in sides of a pixel; at first what the file says. Change "
    "it where the file does not say it: only with the true one the object has its shape.",
)


@dataclass(kw_only=True, eq=False)
class OwnVolumeFile:
    """The content of a file, or of several in one, and the volume that was looked at last."""

    title: str
    content: bytes = field(repr=False)
    opened: UploadedVolume
    digests: set[str] = field(default_factory=set)
    likeliest: str = ""

    def __post_init__(self) -> None:
        self.likeliest = self.opened.info.dataset
        self.digests.add(self.opened.digest)
        track(self)

    def array(self, dataset: str) -> UploadedVolume:
        """The volume of one array; where it is bad, say so and stay with the last good one."""
        dataset = dataset or self.likeliest
        if self.opened.info.dataset != dataset:
            try:
                self.opened = _read(self.title, self.content, dataset)
                self.digests.add(self.opened.digest)
            except InputError as error:
                st.error(plain_text(f"{dataset}: {error}"))
        return self.opened


def _uploads() -> Field[OwnVolumeFile]:
    uploads: Field[OwnVolumeFile] = st.session_state.setdefault(
        "own volume", Field[OwnVolumeFile]()
    )
    return uploads


def own_volume(size: int) -> UploadedVolume | None:
    """Draw the field that opens a volume, and what there is to choose; None where none is open.

    `size` is the side of the scan's volume, for the sentence on what became of the voxels.
    """
    uploads = _uploads()
    the_readers().warm_up()
    chosen = st.file_uploader(
        "Your own volume",
        key="volume uploader" + uploads.again,
        accept_multiple_files=True,
        max_upload_size=LARGEST_BYTES // 10**6,
        help=f"{KINDS}. It stays in this session and is stored nowhere.",
    )
    names = [one.name for one in chosen]
    uploads.look(chosen or (None,), partial(_take, names))
    digest = uploads.linked(FILE, MISSING)
    if not digest:
        st.caption(
            "No file is open: another volume stands in for it. Up to "
            f"{LARGEST_BYTES // 10**6} MB, several files together; the command line opens larger "
            "ones: `--image FILE`."
        )
        return None
    uploads.close_button("close volume")
    volume = _chosen(uploads.files[digest], digest)
    for sentence in volume.remarks(size):
        if sentence != volume.info.choice:
            st.caption(plain_text(sentence))
    return volume


def _chosen(file: OwnVolumeFile, digest: str) -> UploadedVolume:
    """The volume of the array and with the distance of slices that are chosen."""
    dataset = ""
    if arrays := file.opened.info.arrays:
        choice = array_choice(ARRAY, arrays, file.likeliest)
        dataset = control(choice, label=choice.title, key=f"array of {digest}")
    volume = file.array(dataset)
    usual = min(max(volume.info.distance, DISTANCES[0]), DISTANCES[1])
    apart = control(
        replace(DISTANCE, default=usual),
        label=DISTANCE.title,
        key=f"slice distance of {digest} {volume.info.dataset}",
    )
    return volume if apart == usual else replace(volume, stretch=apart / volume.info.distance)


def _take(names: list[str], name: str, *contents: bytes) -> str:
    """Put files in place of the session's own; return what is wrong with them, or ""."""
    title = name if len(names) == 1 else f"{name} and {plural(len(names) - 1, 'file')} more"
    digest = hashlib.sha256()
    for content in contents:
        digest.update(hashlib.sha256(content).digest())
    files = list(zip(names, contents, strict=True))
    return _uploads().take(contents, digest.hexdigest()[:16], lambda: _opened(title, files))


def _opened(title: str, files: Sequence[tuple[str, bytes]]) -> OwnVolumeFile:
    content = as_one_file(files)
    return OwnVolumeFile(title=title, content=content, opened=_read(title, content))


def _read(title: str, content: bytes, dataset: str = "") -> UploadedVolume:
    with reading():
        return open_own_volume(title, content, dataset)

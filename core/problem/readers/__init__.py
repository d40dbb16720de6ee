"""Open image files that visitors bring, one module per format.

The format of a file is recognised by its first bytes, not by its name. Every reader looks at the
file's own headers before it unpacks anything, so that a small file cannot grow beyond the limits.
"""

from collections.abc import Callable

from core.errors import InputError
from core.problem.readers import arrays, dicom, hdf5, nifti, picture
from core.problem.readers.stack import Stack

__all__ = ["KINDS", "Stack", "open_stack"]

KINDS = "HDF5 (fastMRI), NIfTI, DICOM, PNG, JPEG, TIFF, .npy, .npz"

_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Stack]], ...] = tuple(
    (reader.recognises, reader.open_stack) for reader in (hdf5, nifti, dicom, picture, arrays)
)


def open_stack(content: bytes) -> Stack:
    """Look into a file; raise `InputError` when it cannot be an image stack."""
    if not content:
        raise InputError("The file is empty: it has 0 bytes.")
    for recognises, read_headers in _READERS:
        if recognises(content):
            return read_headers(content)
    raise InputError(f"The file is of an unknown type or damaged; these can be opened: {KINDS}.")

"""Open image files that visitors bring, one module per format.

The format of a file is recognised by its first bytes, not by its name. Every reader looks at the
file's own headers before it unpacks anything, so that a small file cannot grow beyond the limits,
and reads no more than the slice that is asked for, so that a large one opens too.
"""

from core.errors import InputError, quoted
from core.problem.readers import archive, arrays, dicom, hdf5, nifti, picture, tiff
from core.problem.readers.choice import no_such_array
from core.problem.readers.source import Source
from core.problem.readers.stack import Stack

__all__ = ["KINDS", "READERS", "Source", "Stack", "open_stack"]

KINDS = "HDF5 (fastMRI, MATLAB 7.3), NIfTI, DICOM, PNG, JPEG, TIFF, .npy, .npz, ZIP of these"

PICTURES = (hdf5, nifti, dicom, tiff, picture)
READERS = (*PICTURES, arrays)
_PICTURES: tuple[archive.Reader, ...] = tuple(
    (reader.recognises, reader.open_stack) for reader in PICTURES
)
_READERS: tuple[archive.Reader, ...] = (*_PICTURES, (arrays.recognises, arrays.open_stack))
_MATLAB_5 = b"MATLAB 5.0 MAT-file"


def open_stack(source: Source) -> Stack:
    """Look into a file; raise `InputError` when it cannot be an image stack."""
    try:
        empty = not source.start
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror or error}.") from error
    if empty:
        raise InputError("The file is empty: it has 0 bytes.")
    stack = _recognised(source)
    if source.dataset not in ("", stack.dataset):
        if stack.arrays:
            raise no_such_array(source.dataset, stack.arrays)
        raise InputError(f"This file has one array only: there is no {quoted(source.dataset)}.")
    return stack


def _recognised(source: Source) -> Stack:
    for recognises, read_headers in _READERS:
        if recognises(source.start):
            return read_headers(source)
    if archive.recognises(source.start):
        return archive.open_archive(source, _PICTURES)
    if source.start.startswith(_MATLAB_5):
        raise InputError("The file is MATLAB's older format; save it again with the option -v7.3.")
    raise InputError(f"The file is of an unknown type or damaged; these can be opened: {KINDS}.")

"""HDF5: fastMRI's `reconstruction_rss`, or another 2-D or 3-D dataset of numbers.

A file that leads outside itself is refused: a link to another file, external storage or a
virtual dataset would make the server read its own files.
"""

import math
from collections.abc import Iterator

import h5py
import numpy as np

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.stack import Stack, check_count, check_shape, is_stack, reading

KIND = "HDF5"
FASTMRI = "reconstruction_rss"
RAW_DATA = ("kspace", "mask")
MOST_OBJECTS = 10_000
MOST_KEYS_NAMED = 12


def recognises(content: bytes) -> bool:
    """Whether the content starts as HDF5, after a user block if there is one."""
    starts = (0, *(512 << k for k in range(12)))
    return any(content.startswith(b"\x89HDF\r\n\x1a\n", start) for start in starts)


def open_stack(content: bytes) -> Stack:
    """Find the dataset that holds the images."""
    with reading(KIND), _opened(content) as file:
        name, shape = _chosen(dict(_datasets(file)))

    def read(index: int) -> AnyArray:
        with reading(KIND), _opened(content) as file:
            return np.asarray(file[name][index if is_stack(shape) else ()])

    slices, rows, columns = shape if is_stack(shape) else (1, *shape[:2])
    return Stack(kind=KIND, dataset=name, slices=slices, rows=rows, columns=columns, read=read)


def _opened(content: bytes) -> h5py.File:
    """Open a file that stays in memory, read-only."""
    return h5py.File(h5py.h5f.open_file_image(content))


def _datasets(file: h5py.File) -> Iterator[tuple[str, h5py.Dataset]]:
    """Walk every dataset once, refusing whatever leads outside the file."""
    seen, groups = 0, [("", file["/"])]
    visited = {h5py.h5o.get_info(file["/"].id).addr}
    while groups:
        path, group = groups.pop(0)
        for key in group:
            seen += 1
            if seen > MOST_OBJECTS:
                raise InputError(f"The HDF5 file has more than {MOST_OBJECTS} objects.")
            link = group.get(key, getlink=True)
            if isinstance(link, h5py.SoftLink):
                continue  # what it names inside this file is met under its own name
            if not isinstance(link, h5py.HardLink):
                raise InputError(_points_outside(path + key, "is a link to another file"))
            item = group[key]
            address = h5py.h5o.get_info(item.id).addr
            if isinstance(item, h5py.Dataset):
                _check_storage(path + key, item)
                yield path + key, item
            elif isinstance(item, h5py.Group) and address not in visited:
                visited.add(address)
                groups.append((f"{path}{key}/", item))


def _check_storage(name: str, dataset: h5py.Dataset) -> None:
    if dataset.is_virtual:
        raise InputError(_points_outside(name, "is a virtual dataset"))
    if dataset.external:
        raise InputError(_points_outside(name, "keeps its values in another file"))


def _points_outside(name: str, how: str) -> str:
    return f"The HDF5 file points outside itself: {name} {how}. Copy the values into one file."


def _chosen(datasets: dict[str, h5py.Dataset]) -> tuple[str, tuple[int, ...]]:
    """The name and shape of fastMRI's dataset, else of the largest that can be an image."""
    fastmri = [name for name in datasets if name.rpartition("/")[2] == FASTMRI]
    if fastmri:
        name = fastmri[0]  # groups are walked level by level: the uppermost
        check_shape(datasets[name].shape or ())
    else:
        images = [name for name, dataset in datasets.items() if _may_be_image(name, dataset)]
        if not images:
            raise InputError(
                f"The HDF5 file has no {FASTMRI} and no other 2-D or 3-D dataset of numbers; "
                f"its keys are {_keys(datasets)}."
            )
        name = max(images, key=lambda image: math.prod(datasets[image].shape))
        check_shape(datasets[name].shape)
    dataset = datasets[name]
    if _kind(dataset) not in "biufc":
        raise InputError(f"The dataset {name} does not hold numbers.")
    check_count(math.prod(dataset.chunks or ()))  # a chunk is unpacked whole
    _check_filters(name, dataset)
    return name, dataset.shape


def _may_be_image(name: str, dataset: h5py.Dataset) -> bool:
    """Whether these are numbers with 2 or 3 axes; fastMRI's raw data are not an image."""
    is_raw = name.rpartition("/")[2] in RAW_DATA
    return not is_raw and _kind(dataset) in "biufc" and len(dataset.shape or ()) in (2, 3)


def _kind(dataset: h5py.Dataset) -> str:
    try:
        return str(dataset.dtype.kind)
    except TypeError:  # a type of HDF5 that NumPy does not know
        return "V"


def _keys(datasets: dict[str, h5py.Dataset]) -> str:
    named = [
        f"{name} ({'×'.join(map(str, dataset.shape or ())) or 'no array'})"
        for name, dataset in list(datasets.items())[:MOST_KEYS_NAMED]
    ]
    rest = len(datasets) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "") if named else "none"


def _check_filters(name: str, dataset: h5py.Dataset) -> None:
    plan = dataset.id.get_create_plist()
    for index in range(plan.get_nfilters()):
        code, _, _, label = plan.get_filter(index)
        if not h5py.h5z.filter_avail(code):
            described = label.decode(errors="replace") or f"filter {code}"
            raise InputError(
                f"The dataset {name} is compressed with {described}, which cannot be read here; "
                "gzip can."
            )

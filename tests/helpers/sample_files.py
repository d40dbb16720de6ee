"""Small files of every kind that can be opened, made by the libraries that write them."""

import gzip
import io
import zipfile
from functools import partial

import h5py
import imagecodecs
import nibabel
import numpy as np
import pydicom
import pytest
import tifffile
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from core.errors import InputError
from core.problem.uploads import open_upload

STACK = np.random.default_rng(0).integers(0, 1000, (5, 12, 9)).astype(np.uint16)
"""[slice, row, column]"""


def scaled(array):
    """What the pixels of an array become: from 0 or their lowest negative value on, up to 1."""
    array = np.asarray(array, np.float64) - min(array.min(), 0)
    return array / array.max()


def npy(array, *, pickle=False):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=pickle)
    return file.getvalue()


def npy_header(shape, dtype="<f4", fortran=False):
    """A `.npy` file that promises values and has none."""
    file = io.BytesIO()
    header = {"descr": dtype, "fortran_order": fortran, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def hdf5(fill, **options):
    file = io.BytesIO()
    with h5py.File(file, "w", **options) as opened:
        fill(opened)
    return file.getvalue()


def latest_hdf5():
    """A file with the structures of HDF5's newest version, and a B-tree of chunks."""
    return hdf5(
        lambda file: file.create_dataset(
            "x", data=STACK, maxshape=(None, None, 9), chunks=(1, 4, 9)
        ),
        libver="latest",
    )


def fastmri(array=STACK, **options):
    return hdf5(lambda file: file.create_dataset("reconstruction_rss", data=array, **options))


def nifti(array, affine=None, kind=nibabel.Nifti1Image):
    return kind(array, np.eye(4) if affine is None else affine).to_bytes()


def picture(array, kind, mode=None, **options):
    image = Image.fromarray(array)
    file = io.BytesIO()
    (image.convert(mode) if mode else image).save(file, kind, **options)
    return file.getvalue()


def tiff(pages, **options):
    first, *others = [Image.fromarray(page) for page in pages]
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others, **options)
    return file.getvalue()


def tifffile_stack(array, **options):
    """A TIFF as tifffile writes it."""
    file = io.BytesIO()
    tifffile.imwrite(file, array, **options)
    return file.getvalue()


def matlab(name, array, **options):
    """What MATLAB's `save -v7.3` writes of an array: its axes in reverse order."""

    def fill(file):
        dataset = file.create_dataset(name, data=array.T, **options)
        dataset.attrs["MATLAB_class"] = np.bytes_("double")

    content = bytearray(hdf5(fill, userblock_size=512))
    content[:128] = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\0\2IM"
    return bytes(content)


def data_set_alone(content):
    """A DICOM file without preamble and file meta information, as some scanners write it."""
    meta = pydicom.dcmread(io.BytesIO(content)).file_meta
    return content[132 + 12 + meta.FileMetaInformationGroupLength :]


def deep_colour_png(array):
    """A PNG of 16 bits with colours, which Pillow cannot write."""
    return imagecodecs.png_encode(array)


def dicom(pixels, syntax=ExplicitVRLittleEndian, packed=None, **tags):
    """`pixels` [row, column], [frame, row, column] or, with 3 samples, [row, column, 3].

    `packed` stands in for their bytes as one compressed frame.
    """
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = MRImageStorage, generate_uid()
    colour = tags.get("SamplesPerPixel") == 3
    frames = pixels.shape[0] if pixels.ndim == 3 and not colour else 1
    dataset.Rows, dataset.Columns = pixels.shape[:2] if colour else pixels.shape[-2:]
    dataset.NumberOfFrames, dataset.SamplesPerPixel = frames, 1
    dataset.PhotometricInterpretation, dataset.PixelRepresentation = "MONOCHROME2", 0
    dataset.BitsAllocated = dataset.BitsStored = 8 * pixels.dtype.itemsize
    dataset.HighBit = dataset.BitsStored - 1
    for name, value in tags.items():
        setattr(dataset, name, value)
    dataset.PixelData = pixels.tobytes() if packed is None else encapsulate([packed])
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    file = io.BytesIO()
    dataset.file_meta = meta
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def stacks():
    """Every kind of file that can hold the slices of `STACK`, by its name."""
    volume = STACK[:, ::-1].transpose(2, 1, 0)  # to the right, to the front, upwards
    return {
        "stack.npy": npy(STACK),
        "fortran.npy": npy(np.asfortranarray(STACK)),
        "stack.npz": npz(other=STACK[0, :3], reconstruction_rss=STACK),
        "fortran.npz": npz(stack=np.asfortranarray(STACK)),
        "fastmri.h5": fastmri(compression="gzip", shuffle=True, chunks=(1, 12, 9)),
        "other.h5": hdf5(lambda file: file.create_dataset("a/b/volume", data=STACK)),
        "volume.nii": nifti(volume.astype(np.int16)),
        "volume.nii.gz": gzip.compress(nifti(volume.astype(np.float32))),
        "volume2.nii": nifti(volume.astype(np.float64), kind=nibabel.Nifti2Image),
        "frames.dcm": dicom(STACK),
        "bare.dcm": data_set_alone(dicom(STACK)),
        "pages.tif": tiff(STACK),
        "packed.tif": tiff(STACK.astype(np.float32), compression="tiff_adobe_deflate"),
        "tiled.tif": tifffile_stack(
            STACK.astype(">i8"), bigtiff=True, byteorder=">", tile=(16, 16), compression="lzw"
        ),
        "matlab.mat": matlab("volume", STACK.transpose(1, 2, 0)),
        "study.zip": zipped({f"IM{k}.dcm": dicom(STACK[k]) for k in (3, 1, 0, 2, 4)}),
    }


def pictures():
    """Single pictures of every kind."""
    grey, colour = STACK[0].astype(np.uint8), np.stack(STACK[:3], axis=-1).astype(np.uint8)
    return {
        "grey.png": picture(grey, "PNG"),
        "deep.png": picture(STACK[0], "PNG"),
        "deep_colour.png": deep_colour_png(np.stack(STACK[:3], axis=-1)),
        "colour.jpg": picture(colour, "JPEG", quality=95),
        "palette.png": picture(colour, "PNG", mode="P"),
        "colour.tif": picture(colour, "TIFF"),
        "slice.npy": npy(STACK[0]),
        "slice.dcm": dicom(STACK[0]),
    }


open_own = partial(open_upload, "own")


def refused(content, slice_=None, read=open_own):
    """The sentence with which `read` refuses a file."""
    with pytest.raises(InputError) as error:
        read(content, slice_)
    sentence = str(error.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence

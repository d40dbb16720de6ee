"""Files of one small volume in every format, with slices from below, rows from the front."""

import gzip
import io

import nibabel
import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

from tests.helpers.sample_files import dicom, fastmri, hdf5, nifti, npy, npz, picture, tiff, zipped

VOLUME = np.random.default_rng(1).integers(1, 1000, (6, 8, 7)).astype(np.uint16)
"""[slice from below, row from the front, column from the left], in uint16."""
PIXEL, DISTANCE = 0.5, 1.5
"""Lengths in mm."""
AXIAL = [-1, 0, 0, 0, 1, 0]
"""The next column lies to the patient's right, as in `VOLUME`, and the next row to the back."""
SERIES = "1.2.3.4"


def slice_tags(height, number, **tags):
    return {
        "SeriesInstanceUID": SERIES,
        "ImageOrientationPatient": AXIAL,
        "ImagePositionPatient": [3.0, -2.0, height],
        "PixelSpacing": [PIXEL, PIXEL],
        "InstanceNumber": number,
        **tags,
    }


def series(heights=None, volume=VOLUME, **tags):
    """The files of an axial series by their names, from above downwards."""
    count = len(volume)
    heights = [DISTANCE * k for k in range(count)] if heights is None else heights
    return {
        f"IM{count - k:03}.dcm": dicom(volume[k], **slice_tags(heights[k], count - k, **tags))
        for k in range(count)
    }


def coronal_series():
    """The same volume in slices from the front backwards, the head up."""
    return {
        f"C{k}": dicom(
            np.ascontiguousarray(VOLUME[::-1, k]),
            **slice_tags(
                0.0,
                k + 1,
                ImageOrientationPatient=[-1, 0, 0, 0, 0, -1],
                ImagePositionPatient=[0.0, PIXEL * k, 0.0],
                PixelSpacing=[DISTANCE, PIXEL],
            ),
        )
        for k in range(VOLUME.shape[1])
    }


def enhanced(heights=None):
    """All slices in one file, each with its place, in an order of their own."""
    order = [3, 0, 5, 1, 4, 2]
    heights = [DISTANCE * k for k in range(len(VOLUME))] if heights is None else heights
    frames = []
    for k in order:
        place, frame = Dataset(), Dataset()
        place.ImagePositionPatient = [0.0, 0.0, heights[k]]
        frame.PlanePositionSequence = Sequence([place])
        frames.append(frame)
    measures, plane, shared = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = [PIXEL, PIXEL]
    plane.ImageOrientationPatient = AXIAL
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PlaneOrientationSequence = Sequence([plane])
    return dicom(
        VOLUME[order],
        PerFrameFunctionalGroupsSequence=Sequence(frames),
        SharedFunctionalGroupsSequence=Sequence([shared]),
    )


def oriented(codes):
    """A NIfTI file of the volume whose axes run as `codes` says, such as "LPS"."""
    ras = VOLUME[:, ::-1].transpose(2, 1, 0).astype(np.int16)
    image = nibabel.Nifti1Image(ras, np.diag([PIXEL, PIXEL, DISTANCE, 1]))
    turn = nibabel.orientations.ornt_transform(
        nibabel.orientations.axcodes2ornt("RAS"), nibabel.orientations.axcodes2ornt(codes)
    )
    return image.as_reoriented(turn).to_bytes()


def report():
    """A DICOM file without an image."""
    plain = pydicom.dcmread(io.BytesIO(dicom(VOLUME[0])))
    for tag in ("PixelData", "Rows", "Columns"):
        delattr(plain, tag)
    plain.SOPInstanceUID = generate_uid()
    file = io.BytesIO()
    pydicom.dcmwrite(file, plain)
    return file.getvalue()


def volumes():
    """Every kind of file that holds the volume upright, and whether it knows its lengths."""
    return {
        "ras.nii": (oriented("RAS"), True),
        "lps.nii": (oriented("LPS"), True),
        "sagittal.nii.gz": (gzip.compress(oriented("PIR")), True),
        "series.zip": (zipped(series()), True),
        "coronal.zip": (zipped(coronal_series()), True),
        "enhanced.dcm": (enhanced(), True),
        "nifti.zip": (zipped({"a/brain.nii": oriented("ASL")}), True),
        "stack.h5": (hdf5(lambda file: file.create_dataset("volume", data=VOLUME)), False),
        "fastmri.h5": (fastmri(VOLUME, compression="gzip", chunks=(2, 8, 7)), False),
        "stack.npy": (npy(VOLUME), False),
        "fortran.npz": (npz(stack=np.asfortranarray(VOLUME)), False),
        "pages.tif": (tiff(VOLUME), False),
        "pictures.zip": (zipped({f"s{k}.png": picture(VOLUME[k], "PNG") for k in range(6)}), False),
    }


def four_d():
    return nifti(np.ones((4, 5, 6, 3), np.int16))

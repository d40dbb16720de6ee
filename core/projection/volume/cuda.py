"""The products of a cone beam by ASTRA on an NVIDIA GPU, where there is one.

ASTRA's volumes are (slices, rows, columns) with y along the rows, where here the first row is on
top; its data are (rows of the panel, views, columns). Its forward product interpolates along the
ray and its back-projection is driven by voxels, so that the second is near the transpose of the
first and not equal to it.

Source: W. van Aarle et al., Fast and flexible X-ray tomography using the ASTRA toolbox, Opt.
Express 24 (2016) 25129-25147, DOI 10.1364/OE.24.025129.
"""

from typing import Any

import numpy as np
import scipy.sparse

from core.array_types import AnyArray, Image, Sinogram
from core.errors import InputError
from core.geometry.volume_beams import PointPanel


def has_gpu() -> bool:
    """Whether ASTRA has a GPU here."""
    import astra  # takes a while to load, and few look

    return bool(astra.use_cuda())


def require_gpu() -> None:
    """Raise `InputError` where ASTRA has no GPU."""
    if not has_gpu():
        raise InputError(
            "The kernel cuda needs an NVIDIA GPU that ASTRA can use, and there is none here: "
            "choose linear or strip."
        )


def astra_geometries(size: int, beam: PointPanel) -> tuple[dict[str, Any], dict[str, Any]]:
    """The scanner and the volume as ASTRA describes them."""
    import astra

    slices, rows, columns = beam.image_shape(size)
    panel = astra.create_proj_geom("cone_vec", beam.rows, beam.detectors, beam.vectors())
    return panel, astra.create_vol_geom(rows, columns, slices)


class CudaEngine:
    """G of a cone beam by ASTRA's CUDA code; raises `InputError` where there is no GPU."""

    def __init__(self, size: int, beam: PointPanel) -> None:
        require_gpu()
        self._dims, self._dimsd = beam.image_shape(size), beam.data_shape
        self._panel, self._volume = astra_geometries(size, beam)
        self.nbytes = 0
        self.description = "ASTRA on the GPU, computed for each product"

    def project(self, images: Image, threads: int) -> Sinogram:
        """See `Engine`."""
        import astra

        data = [
            astra.create_sino3d_gpu(upside_down(image, self._dims), self._panel, self._volume)
            for image in images
        ]
        sinograms = np.stack([views_first(rays).ravel() for _, rays in data])
        astra.data3d.delete([number for number, _ in data])
        return sinograms

    def back_project(self, sinograms: Sinogram, threads: int) -> Image:
        """See `Engine`."""
        import astra

        images = []
        for sinogram in sinograms:
            rays = views_first(sinogram.reshape(self._dimsd))
            number, volume = astra.create_backprojection3d_gpu(rays, self._panel, self._volume)
            images.append(upside_down(volume, self._dims).ravel())
            astra.data3d.delete(number)
        return np.stack(images)

    def matrix(self) -> scipy.sparse.csr_array:
        """See `Engine`: there is none."""
        raise InputError("ASTRA's GPU code has no matrix: choose the kernel linear or strip.")


def upside_down(volume: AnyArray, dims: tuple[int, ...]) -> AnyArray:
    """A volume with its rows in the other order, contiguous: to ASTRA and back."""
    return np.ascontiguousarray(volume.reshape(dims)[:, ::-1], np.float32)


def views_first(data: AnyArray) -> AnyArray:
    """Data with their first two axes swapped, contiguous: to ASTRA and back."""
    return np.ascontiguousarray(data.transpose(1, 0, 2), np.float32)

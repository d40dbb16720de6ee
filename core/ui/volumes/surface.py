"""The surface of a volume as a mesh to turn by hand, cut open at the cross-hair."""

from typing import Any

import numpy as np

from core.array_types import AnyArray, Image
from core.problem.volume_scan import VolumeScan
from core.ui import cached
from core.ui.figures.plot import plot
from core.ui.volumes.crosshair import Point

LEVEL = 0.2
"""Of the brightest voxel: the skin of a head."""
FINE = 48
"""Volumes of more voxels on a side get a coarser mesh."""
COLOUR = "#d8c3a5"


def draw_surface(scan: VolumeScan, volume: Image, point: Point) -> None:
    """Draw the surface; the part in front of the cross-hair and above it is cut away."""
    corners, faces = cached.memoize(
        "surface",
        scan.image,
        scan.shape,
        point.row,
        point.slice,
        compute=lambda: _mesh(volume, point),
    )
    plot(
        _figure(corners, faces, volume.shape),
        key="volume_surface",
        height=520,
        alt="The surface of the volume, cut open at the cross-hair; drag to turn it.",
    )


def _mesh(volume: Image, point: Point) -> tuple[AnyArray, AnyArray]:
    """Corners (count, 3) in voxels and faces (count, 3) of what is left of the volume."""
    from skimage.measure import marching_cubes

    left = np.pad(volume, 1)
    # The nearer upper quarter is taken away, so that one sees inside.
    left[point.slice + 1 :, point.row + 1 :] = 0
    if float(left.max()) <= LEVEL:
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
    step = 1 if max(volume.shape) <= FINE else 2
    corners, faces, _, _ = marching_cubes(left, LEVEL, step_size=step)
    return corners.astype(np.float32) - 1, faces.astype(np.int32)


def _figure(corners: AnyArray, faces: AnyArray, shape: tuple[int, ...]) -> dict[str, Any]:
    slices, rows = shape[:2]
    axis = {"visible": False, "range": [0, max(shape)]}
    mesh = {
        "type": "mesh3d",
        "x": corners[:, 2],
        "y": rows - 1 - corners[:, 1],
        "z": corners[:, 0] + (max(shape) - slices) / 2,
        "i": faces[:, 0],
        "j": faces[:, 1],
        "k": faces[:, 2],
        "color": COLOUR,
        "flatshading": False,
        "hoverinfo": "skip",
        "lighting": {"ambient": 0.45, "diffuse": 0.7, "specular": 0.15, "roughness": 0.6},
    }
    scene = {
        "xaxis": axis,
        "yaxis": axis,
        "zaxis": axis,
        "aspectmode": "cube",
        "camera": {"eye": {"x": 0.7, "y": -1.35, "z": 0.85}},
    }
    return {"data": [mesh], "layout": {"scene": scene, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}}}

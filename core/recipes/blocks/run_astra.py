"""ASTRA's own algorithms."""

from typing import Any

import astra
import numpy as np


def run_astra(
    kind: str, projector_id: int, sinogram: np.ndarray, options: dict[str, Any], steps: int = 1
) -> np.ndarray:
    """What an algorithm of ASTRA makes of a sinogram."""
    views = astra.projector.projection_geometry(projector_id)
    volume = astra.projector.volume_geometry(projector_id)
    sinogram_id = astra.data2d.create("-sino", views, sinogram.astype(np.float32))
    image_id = astra.data2d.create("-vol", volume, 0)
    algorithm_id = astra.algorithm.create(
        {
            "type": kind,
            "ProjectorId": projector_id,
            "ProjectionDataId": sinogram_id,
            "ReconstructionDataId": image_id,
            "option": options,
        }
    )
    astra.algorithm.run(algorithm_id, steps)
    image = astra.data2d.get(image_id)
    astra.algorithm.delete(algorithm_id)
    astra.data2d.delete([sinogram_id, image_id])
    return image

"""What ASTRA's own methods make of a sinogram."""

import astra
import numpy as np

from core.geometry.beams import ParallelBeam


def astra_run(
    name: str,
    size: int,
    beam: ParallelBeam,
    data: np.ndarray,
    *,
    kernel: str = "strip",
    iterations: int = 1,
    **options: object,
) -> np.ndarray:
    """Run the method of that name on ASTRA's own projector on the CPU.

    `data` is (views, detectors), the result (size, size); `options` are ASTRA's.
    """
    volume = astra.create_vol_geom(size, size)
    views = astra.create_proj_geom("parallel", beam.detector_width, beam.detectors, beam.angles_rad)
    projector = astra.create_projector(kernel, views, volume)
    sinogram = astra.data2d.create("-sino", views, data)
    image = astra.data2d.create("-vol", volume)
    algorithm = astra.algorithm.create(
        {
            **astra.astra_dict(name),
            "ProjectorId": projector,
            "ProjectionDataId": sinogram,
            "ReconstructionDataId": image,
            "option": options,
        }
    )
    astra.algorithm.run(algorithm, iterations)
    found = astra.data2d.get(image)
    astra.algorithm.delete(algorithm)
    astra.data2d.delete([sinogram, image])
    astra.projector.delete(projector)
    return found

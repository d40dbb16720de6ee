import numpy as np
import pytest

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.rays import detector_index, detector_position, pixel_position, ray
from core.geometry.views import EvenViews
from core.projection.projector import make_projector

SIZE = 64
BEAMS = [
    ParallelBeam(views=EvenViews(angles=12, arc=180, start=10), detectors=96, detector_width=1),
    *(
        kind(
            views=EvenViews(angles=12, arc=360),
            detectors=480,
            detector_width=0.5,
            source_origin=90,
            origin_detector=60,
        )
        for kind in (FanBeam, CurvedFanBeam)
    ),
]


@pytest.mark.parametrize("beam", BEAMS, ids=lambda beam: beam.name)
@pytest.mark.parametrize(("row", "column"), [(10, 40), (50, 5), (31, 32)])
def test_a_pixel_is_seen_where_the_projector_sees_it(beam, row, column):
    image = np.zeros((SIZE, SIZE), np.float32)
    image[row, column] = 1
    sinogram = make_projector(SIZE, beam, "strip").project(image)
    centre_of_mass = (sinogram * np.arange(beam.detectors)).sum(1) / sinogram.sum(1)
    # The shadow is sampled by detectors no wider than the pixel and, in a fan, lopsided.
    expected = detector_index(beam, *pixel_position(SIZE, row, column))
    np.testing.assert_allclose(centre_of_mass, expected, atol=0.05)


@pytest.mark.parametrize("beam", BEAMS, ids=lambda beam: beam.name)
def test_every_point_of_a_ray_is_seen_where_the_ray_ends(beam):
    across, along = np.array([-20.0, 0.0, 33.0]), np.array([-25.0, 4.0, 30.0])
    points = ray(beam, across, along)
    for view in range(beam.view_count):
        for k, (x, y) in enumerate(points[view]):
            assert detector_position(beam, x, y)[view] == pytest.approx(across[k], abs=1e-9)

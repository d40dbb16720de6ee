import numpy as np
import pytest

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews
from core.problem.images import SheppLogan
from core.projection.small_grid import shrink, small_scanner

LECTURE = ParallelBeam()
FAN = FanBeam(views=EvenViews(angles=82, arc=360.0), detectors=166, detector_width=4.0)
CURVED = CurvedFanBeam(views=EvenViews(angles=82, arc=360.0), detectors=162, detector_width=4.0)


@pytest.fixture(scope="module", params=[LECTURE, FAN, CURVED], ids=lambda beam: beam.name)
def scanner(request):
    return small_scanner(16, shrink(request.param, 320, 16, angles=10), "strip")


def test_the_parts_are_those_of_a_dense_decomposition(scanner):
    image = SheppLogan().read(16).astype(np.float64)
    _, values, vectors = np.linalg.svd(
        scanner.matrix
    )  # the full one, with a basis of the null space
    rank = np.linalg.matrix_rank(scanner.matrix, tol=1e-6 * values[0])
    assert scanner.rank == rank
    np.testing.assert_allclose(scanner.singular_values, values, atol=1e-9 * values[0])
    assert scanner.condition == pytest.approx(values[0] / values[rank - 1])
    unseen = image - scanner.measured_part(image)
    null_space = vectors[rank:]
    expected = null_space.T @ (null_space @ image.ravel())
    np.testing.assert_allclose(unseen.ravel(), expected, atol=1e-9)


def test_the_unseen_part_changes_no_datum(scanner):
    image = SheppLogan().read(16)
    unseen = image - scanner.measured_part(image)
    assert np.linalg.norm(scanner.project(unseen)) < 1e-5 * np.linalg.norm(scanner.project(image))
    assert np.linalg.norm(unseen) > 0.01 * np.linalg.norm(image)  # ten views leave something out


def test_more_views_leave_less_unseen():
    image = SheppLogan().read(16)
    left = []
    for angles in (2, 6, 12, 40):
        scanner = small_scanner(16, shrink(LECTURE, 320, 16, angles), "strip")
        left.append(np.linalg.norm(image - scanner.measured_part(image)))
    assert left == sorted(left, reverse=True)
    assert left[-1] < 1e-4 < left[0]


@pytest.mark.parametrize("beam", [LECTURE, FAN, ParallelBeam(detectors=2048, detector_width=16)])
def test_the_small_scanner_covers_the_same_share_of_the_image(beam):
    small = shrink(beam, 320, 16, angles=7)
    assert small.view_count == 7
    assert small.views.arc == beam.views.arc
    assert small.detectors <= 64
    assert small.field_radius / 16 == pytest.approx(min(beam.field_radius / 320, 2), rel=1e-9)

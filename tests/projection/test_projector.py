"""What any projector must do: its adjoint, its matrix, its symmetries, batches and views."""

from dataclasses import replace

import numpy as np
import pylops
import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews
from core.projection import projector as module
from core.projection.projector import Projector, make_projector
from tests.helpers.projected import COMBINATIONS, SCANS, head, noise, signed


@pytest.mark.parametrize(("scan", "projector"), COMBINATIONS)
def test_the_adjoint_is_the_adjoint(scan, projector):
    size, beam = SCANS[scan]
    operator = make_projector(size, beam, projector)
    image, sinogram = signed(operator.dims), signed(operator.dimsd, seed=1)
    there, back = operator.project(image), operator.back_project(sinogram)
    left = np.vdot(there.astype(np.float64), sinogram.astype(np.float64))
    right = np.vdot(image.astype(np.float64), back.astype(np.float64))
    assert abs(left - right) <= 1e-6 * np.linalg.norm(there) * np.linalg.norm(sinogram)


def test_the_names_of_pylops_mean_what_they_mean_there():
    operator = make_projector(
        16, ParallelBeam(views=EvenViews(angles=5), detectors=12, detector_width=1.5)
    )
    matrix, sinogram = operator.matrix().toarray(), signed(operator.shape[0])
    for transposed in (operator.adjoint(), operator.H, operator.T, operator.transpose()):
        assert transposed.shape == operator.shape[::-1]
        np.testing.assert_allclose(transposed @ sinogram, matrix.T @ sinogram, atol=1e-4)
    image = signed(operator.shape[1])
    for itself in (operator.H.H, operator.T.T, operator.conj(), operator.adjoint().adjoint()):
        np.testing.assert_allclose(itself @ image, matrix @ image, atol=1e-4)
    hidden = {name for name in vars(Projector) if name in vars(pylops.LinearOperator)}
    assert {name for name in hidden if not name.startswith("_")} == set()
    assert operator.name == "G"


@pytest.mark.parametrize(("scan", "projector"), COMBINATIONS)
def test_the_matrix_is_the_operator(scan, projector):
    size, beam = SCANS[scan]
    operator = make_projector(size, beam, projector)
    matrix = operator.matrix()
    assert matrix.shape == operator.shape
    assert matrix.dtype == np.float32
    image, sinogram = signed(operator.dims), signed(operator.dimsd, seed=1)
    forward, adjoint = matrix @ image.ravel(), matrix.T @ sinogram.ravel()
    # Sums of up to 1000 signed terms in float32.
    np.testing.assert_allclose(operator @ image.ravel(), forward, atol=1e-5 * abs(forward).max())
    np.testing.assert_allclose(
        operator.H @ sinogram.ravel(), adjoint, atol=1e-5 * abs(adjoint).max()
    )
    np.testing.assert_allclose(operator.rows_sum.ravel(), matrix.sum(axis=1), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        operator.columns_sum.ravel(), matrix.sum(axis=0), rtol=1e-5, atol=1e-5
    )


def test_linearity():
    operator = make_projector(*SCANS["odd everything"])
    a, b = signed(operator.dims), signed(operator.dims, seed=1)
    combined = operator.project(2 * a - 3 * b)
    parts = 2 * operator.project(a) - 3 * operator.project(b)
    np.testing.assert_allclose(combined, parts, atol=1e-5 * abs(parts).max())


def test_every_view_sees_the_whole_mass():
    # Strips tile the plane: a view that covers the image measures Σm / width, up to float32.
    size, width = 96, 1.7
    beam = ParallelBeam(views=EvenViews(angles=37, start=3), detectors=90, detector_width=width)
    image = head(size)
    masses = make_projector(size, beam).project(image).sum(axis=1, dtype=np.float64)
    np.testing.assert_allclose(masses * width, image.sum(dtype=np.float64), rtol=1e-5)


@pytest.mark.parametrize(
    "beam",
    [
        ParallelBeam(views=EvenViews(angles=10)),
        FanBeam(views=EvenViews(angles=12, arc=360.0)),
        CurvedFanBeam(views=EvenViews(angles=12, arc=360.0)),
    ],
)
def test_a_quarter_turn_of_the_image_shifts_the_sinogram(beam):
    # Turned by 90° anticlockwise, the image looks at angle θ + 90° as it did at θ.
    size = 64
    image = head(size)
    beam = replace(beam, detectors=50, detector_width=2.0)
    operator = make_projector(size, beam)
    turned = operator.project(np.rot90(image))
    expected = make_projector(size, beam.with_views(replace(beam.views, start=-90.0))).project(
        image
    )
    np.testing.assert_allclose(turned, expected, atol=1e-5 * expected.max())


@pytest.mark.parametrize("batch", [(0,), (1,), (3,), (2, 3), (17,)])
@pytest.mark.parametrize(
    "scan", ["eight symmetries", "odd everything", "fan", "fan, odd everything", "curved fan"]
)
def test_batches_are_the_single_products(scan, batch):
    size, beam = SCANS[scan]
    operator = make_projector(size, beam)
    images, sinograms = signed((*batch, *operator.dims)), signed((*batch, *operator.dimsd))
    there, back = operator.project(images), operator.back_project(sinograms)
    assert there.shape == sinograms.shape
    assert back.shape == images.shape
    assert there.dtype == back.dtype == np.float32
    for index in np.ndindex(*batch):
        np.testing.assert_array_equal(there[index], operator.project(images[index]))
        np.testing.assert_array_equal(back[index], operator.back_project(sinograms[index]))


def test_arrays_of_any_kind_are_taken_and_contiguous_ones_not_copied():
    operator = make_projector(*SCANS["odd everything"])
    image = signed(operator.dims)
    expected = operator.project(image)
    wide = np.zeros((65, 130), np.float32)
    wide[:, ::2] = image
    for same in (image.astype(np.float64), np.asfortranarray(image), wide[:, ::2], image.tolist()):
        np.testing.assert_array_equal(operator.project(same), expected)
    assert np.shares_memory(module._flatten(image, operator.dims, "images")[0], image)
    with pytest.raises(InputError, match="The last two axes of sinograms must be 7×51, not 65×65"):
        operator.back_project(image)
    with pytest.raises(InputError, match="images must be 65×65, not 4225"):
        operator.project(image.ravel())


@pytest.mark.parametrize("scan", ["odd everything", "fan", "curved fan"])
@pytest.mark.parametrize("views", [[2], [5, 0, 3], [1, 1, 4], range(7)])
def test_some_views(scan, views):
    operator = make_projector(*SCANS[scan])
    image = noise(operator.dims)
    part = operator.angle_subset(views)
    whole = operator.project(image)
    tolerance = 1e-5 * whole.max()
    np.testing.assert_allclose(part.project(image), whole[list(views)], atol=tolerance)
    expected = operator.beam.angles_deg[list(views)]
    np.testing.assert_array_equal(part.beam.angles_deg, expected)
    np.testing.assert_allclose(
        make_projector(operator.size, part.beam).project(image), whole[list(views)], atol=tolerance
    )
    last = part.angle_subset([-1])
    np.testing.assert_allclose(last.project(image), whole[[list(views)[-1]]], atol=tolerance)


def test_the_same_geometry_is_the_same_object():
    beam = ParallelBeam(views=EvenViews(angles=3), detectors=20)
    assert make_projector(16, beam) is make_projector(
        16, ParallelBeam(views=EvenViews(angles=3), detectors=20)
    )
    assert make_projector(16, beam) is not make_projector(16, beam, "line")
    fan = FanBeam(views=EvenViews(angles=3, arc=360.0), detectors=20)
    assert make_projector(16, beam) is not make_projector(
        16, fan.with_views(EvenViews(angles=3, arc=180.0))
    )


def test_a_wrong_geometry_is_told():
    with pytest.raises(InputError, match="must be one of strip, line, not 'linear'"):
        make_projector(64, FanBeam(), "linear")
    with pytest.raises(InputError, match="source must stand outside the image"):
        make_projector(512, FanBeam(source_origin=300))

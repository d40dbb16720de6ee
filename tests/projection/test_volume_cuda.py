"""ASTRA's GPU operators: the geometry that they are given, and what they compute where they can."""

import astra
import numpy as np
import pytest

from core.errors import InputError
from core.geometry.volume_beams import ConeBeam
from core.projection.projector import make_projector
from core.projection.volume import cuda
from core.projection.volume.engine import geometry_table
from tests.helpers.volumes import CONE, HELIX

needs_gpu = pytest.mark.skipif(
    not astra.use_cuda(), reason="ASTRA finds no NVIDIA GPU here (astra.use_cuda() is false)"
)


def test_the_vectors_of_a_circle_are_those_that_astra_makes_itself():
    beam = ConeBeam.sized(20).with_angles(7)
    circle = astra.create_proj_geom(
        "cone",
        beam.detector_width,
        beam.row_height,
        beam.rows,
        beam.detectors,
        beam.angles_rad,
        beam.source_origin,
        beam.origin_detector,
    )
    ours, volume = cuda.astra_geometries(20, beam)
    np.testing.assert_allclose(ours["Vectors"], astra.geom_2vec(circle)["Vectors"], atol=1e-12)
    assert (ours["DetectorRowCount"], ours["DetectorColCount"]) == (beam.rows, beam.detectors)
    assert astra.geom_size(volume) == beam.image_shape(20)


@pytest.mark.parametrize("beam", [CONE, HELIX], ids=["cone", "helix"])
def test_the_vectors_see_each_voxel_where_the_matrices_do(beam):
    """A point lies on the panel where the ray from the source through it meets ASTRA's plane."""
    size = 12
    vectors = cuda.astra_geometries(size, beam)[0]["Vectors"].reshape(-1, 4, 3)
    points = np.random.default_rng(0).uniform(-5, 5, (20, 3))
    matrices, heights = beam.projection_matrices(), beam.source_heights
    for view, (source, middle, across, up) in enumerate(vectors):
        for point in points:
            sides = np.column_stack([across, up, source - point])
            u, v, _ = np.linalg.solve(sides, source - middle)
            numerator, denominator = matrices[view] @ (point[0], point[1], 1.0)
            assert u == pytest.approx(numerator / denominator - beam.detectors / 2, abs=1e-9)
            along = beam.source_origin + point[:2] @ _towards(beam, view)
            rise = beam.source_detector / along * (point[2] - heights[view])
            assert v * beam.row_height == pytest.approx(rise, abs=1e-9)


def _towards(beam, view):
    angle = beam.angles_rad[view]
    return np.array([-np.sin(angle), np.cos(angle)])


def test_the_table_of_our_kernels_comes_from_the_same_vectors():
    table = geometry_table(CONE, CONE.image_shape(12))
    vectors = cuda.astra_geometries(12, CONE)[0]["Vectors"]
    middle = 5.5
    np.testing.assert_allclose(table[:, 0] - middle, vectors[:, 0])
    np.testing.assert_allclose(middle - table[:, 1], vectors[:, 1])


def test_arrays_go_to_astra_and_back():
    volume = np.arange(24, dtype=np.float32)
    there = cuda.upside_down(volume, (2, 3, 4))
    assert there[0, 0, 0] == volume.reshape(2, 3, 4)[0, 2, 0]
    np.testing.assert_array_equal(cuda.upside_down(there, (2, 3, 4)).ravel(), volume)
    data = np.zeros((5, 2, 3), np.float32)
    assert cuda.views_first(data).shape == (2, 5, 3)


@pytest.mark.skipif(astra.use_cuda(), reason="there is a GPU here")
def test_without_a_gpu_a_sentence_says_so():
    with pytest.raises(InputError, match="needs an NVIDIA GPU that ASTRA can use"):
        make_projector(12, CONE, "cuda")


@needs_gpu
@pytest.mark.parametrize("beam", [CONE, HELIX], ids=["cone", "helix"])
def test_the_gpu_projects_as_joseph_does(beam):
    volume = np.random.default_rng(0).random((12, 12, 12)).astype(np.float32)
    ours, theirs = (make_projector(12, beam, kernel) for kernel in ("linear", "cuda"))
    expected = ours.project(volume)
    assert np.linalg.norm(theirs.project(volume) - expected) < 0.05 * np.linalg.norm(expected)
    back = ours.back_project(expected)
    assert np.linalg.norm(theirs.back_project(expected) - back) < 0.1 * np.linalg.norm(back)

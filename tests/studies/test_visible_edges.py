"""Visible edges and streaks against an ellipse, whose normals and tangents are known."""

from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.rays import ray
from core.geometry.views import EvenViews
from core.methods.support.astra_fbp import parallel_fbp
from core.problem.phantoms import rasterise
from core.projection.projector import make_projector
from core.studies.visible_edges import find_edges, kept, nearest_rays, streaks

SIZE = 128
A, B, X, Y = 44.0, 26.0, 6.0, -8.0
"""An ellipse in pixels: semi-axes, centre."""
TOLERANCE = 2.0
ARC = 110.0
START = -35.0
BEAM = ParallelBeam(
    views=EvenViews(angles=55, arc=ARC, start=START), detectors=190, detector_width=1.0
)


@pytest.fixture(scope="module")
def image():
    scale = 2 / SIZE
    shape = np.array([(1.0, A * scale, B * scale, X * scale, Y * scale, 0.0)])
    return rasterise(shape, SIZE, oversampling=8)


@pytest.fixture(scope="module")
def edges(image):
    return find_edges(image)


def true_normals(edges):
    """The normal of the ellipse (x/A, y/B) through each point, in degrees modulo 180."""
    return np.rad2deg(np.arctan2((edges.y - Y) / B**2, (edges.x - X) / A**2)) % 180


def test_the_normals_are_those_of_the_ellipse(edges):
    difference = (edges.normal_deg - true_normals(edges) + 90) % 180 - 90
    assert len(edges.x) > 2 * np.pi * B  # the whole circumference
    assert np.sqrt(np.mean(difference**2)) < 3
    assert abs(np.mean(difference)) < 0.3


def test_an_edge_is_visible_where_its_normal_is_in_the_arc(edges):
    seen = nearest_rays(BEAM, edges.x, edges.y, edges.normal_deg).miss_deg <= TOLERANCE
    inside = (true_normals(edges) - START) % 180 <= ARC
    assert 0.3 < inside.mean() < 0.9
    # They disagree where the normal is within its own error of an end of the arc.
    assert np.mean(seen == inside) > 0.95


@pytest.mark.parametrize(
    "beam",
    [BEAM, FanBeam(detectors=200, source_origin=150.0), CurvedFanBeam(detectors=200)],
    ids=lambda beam: beam.name,
)
def test_the_normal_of_a_ray_is_at_right_angles_to_it(beam):
    beam = replace(beam, views=EvenViews(angles=1, arc=1.0, start=37.0))
    across = np.array([-60.0, 0.0, 45.0])
    here, there = (ray(beam, across, np.full(3, along))[0] for along in (-20.0, 30.0))
    x, y = here.T
    direction = np.rad2deg(np.arctan2(*(there - here).T[::-1]))
    found = nearest_rays(beam, x, y, direction + 90)
    np.testing.assert_allclose(found.miss_deg, 0, atol=1e-6)


def test_outside_of_the_field_only_rays_through_it_are_measured():
    interior = replace(BEAM, views=EvenViews(angles=90), detectors=61)
    x, y = np.array([0.0, 50.0, 50.0]), np.zeros(3)
    normal = np.array([0.0, 0.0, 90.0])
    miss = nearest_rays(interior, x, y, normal).miss_deg
    # Through (50, 0) pass rays with |s| ≤ 30.5: |cos θ| ≤ 0.61, so normals from 52.4° on.
    np.testing.assert_allclose(miss, [0, np.rad2deg(np.arccos(30.5 / 50)), 0], atol=2)
    assert nearest_rays(replace(BEAM, detectors=1), x[1:2], y[1:2], normal[:1]).miss_deg > 45


def tangents(normal_deg):
    """The offsets of the two tangents of the ellipse with this normal."""
    c, s = np.cos(np.deg2rad(normal_deg)), np.sin(np.deg2rad(normal_deg))
    half = np.hypot(A * c, B * s)
    return X * c + Y * s - half, X * c + Y * s + half


def test_streaks_are_the_tangents_of_the_first_and_the_last_view(edges):
    lines = streaks(BEAM, edges, TOLERANCE, 4)
    for end in (START % 180, BEAM.angles_deg[-1]):
        own = [line for line in lines if abs(line[0] - end) <= TOLERANCE + 1]
        assert len(own) == 2, lines
        offsets = sorted(offset for _, offset in own)
        np.testing.assert_allclose(offsets, tangents(own[0][0]), atol=2)


def test_streaks_of_a_normal_just_below_half_a_turn_keep_their_side(edges):
    """179.7° is written as 0°, and what lies on its positive side is then on the negative one."""
    beam = replace(BEAM, views=EvenViews(angles=55, arc=110, start=-0.3))
    first = [offset for normal, offset in streaks(beam, edges, TOLERANCE, 4) if normal == 0]
    np.testing.assert_allclose(sorted(first), tangents(0), atol=2)


def test_a_full_turn_has_no_streaks(edges):
    full = replace(BEAM, views=EvenViews(angles=90))
    assert streaks(full, edges, TOLERANCE, 8) == ()


@pytest.fixture(scope="module")
def reconstruction(image):
    data = make_projector(SIZE, BEAM, "strip").project(image.astype(np.float32))
    return parallel_fbp(
        data,
        size=SIZE,
        angles_deg=BEAM.angles_deg,
        detector_width=1.0,
        kernel="strip",
        filter="ram-lak",
        cutoff=1.0,
    )


def test_visible_edges_come_back_and_invisible_ones_do_not(image, edges, reconstruction):
    share = kept(reconstruction, edges, image)
    miss = nearest_rays(BEAM, edges.x, edges.y, edges.normal_deg).miss_deg
    assert np.median(share[miss <= TOLERANCE]) > 0.8
    assert np.median(share[miss > 10]) < 0.2
    np.testing.assert_allclose(kept(image, edges, image), 1, rtol=1e-9)


def test_the_streaks_of_the_reconstruction_lie_where_they_are_predicted(edges, reconstruction):
    offsets = np.arange(SIZE) - (SIZE - 1) / 2
    x, y = offsets[None, :], -offsets[:, None]
    outside = ((x - X) / A) ** 2 + ((y - Y) / B) ** 2 > 1.3
    lines = streaks(BEAM, edges, TOLERANCE, 4)
    distance = np.min(
        [
            np.abs(x * np.cos(a) + y * np.sin(a) - s)
            for a, s in [(np.deg2rad(n), s) for n, s in lines]
        ],
        axis=0,
    )
    steep = np.hypot(*np.gradient(reconstruction.astype(np.float64)))
    on, off = steep[outside & (distance < 2)], steep[outside & (distance > 6)]
    assert on.mean() > 3 * off.mean()

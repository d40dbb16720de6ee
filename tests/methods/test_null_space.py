"""The split into a measured and an unseen part, against the dense pseudo-inverse."""

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.support.null_space import MOST_ITERATIONS, TOLERANCE, split
from core.projection.projector import make_projector
from tests.helpers.dense import relative, small_problem


@pytest.mark.parametrize(("angles", "detectors", "width"), [(3, 10, 1.3), (5, 8, 1.6), (7, 8, 1.6)])
def test_the_parts_are_those_of_the_pseudo_inverse(angles, detectors, width):
    problem = small_problem(angles, detectors, width)
    image = problem.image.reshape(problem.operator.dims).astype(np.float32)
    found = split(problem.operator, image, tolerance=1e-6)
    G = problem.G
    measured = np.linalg.pinv(G) @ (G @ problem.image)
    unseen = problem.image - measured
    # A leak of 1e-6 leaves at most 1e-6 times the condition number, which is below 150 here.
    assert relative(found.measured.ravel(), measured) < 2e-4
    assert relative(found.unseen.ravel(), unseen) < 2e-4
    share = np.linalg.norm(unseen) / np.linalg.norm(problem.image)
    assert share > 0.05
    assert found.share == pytest.approx(share, rel=1e-3)
    np.testing.assert_allclose(found.measured + found.unseen, image, atol=1e-6)


def test_the_unseen_part_leaves_nothing_in_the_data_and_is_orthogonal_to_the_rest():
    operator = make_projector(64, ParallelBeam(views=EvenViews(angles=15), detectors=32))
    image = np.random.default_rng(3).random((64, 64), np.float32)
    found = split(operator, image)
    assert found.whole
    assert 10 < found.iterations < MOST_ITERATIONS
    data, rest = operator.project(image), operator.project(found.unseen)
    assert np.linalg.norm(rest) / np.linalg.norm(data) == pytest.approx(found.leak, rel=1e-3)
    assert found.leak < 1.5 * TOLERANCE
    # Orthogonal up to the leak, which the smallest singular values magnify.
    cosine = np.vdot(found.measured, found.unseen)
    cosine /= np.linalg.norm(found.measured) * np.linalg.norm(found.unseen)
    assert abs(cosine) < 1e-3
    # A second split finds nothing more on either side.
    again = split(operator, found.measured)
    assert np.linalg.norm(again.unseen) < 0.02 * np.linalg.norm(found.unseen)


def test_an_empty_image_has_no_parts_and_a_stop_is_heard():
    problem = small_problem(angles=5)
    empty = split(problem.operator, np.zeros(problem.operator.dims, np.float32))
    assert (empty.share, empty.leak, empty.iterations) == (0, 0, 0)
    heard = []
    image = problem.image.reshape(problem.operator.dims).astype(np.float32)
    stopped = split(problem.operator, image, lambda n: heard.append(n) or n == 2)
    assert (stopped.whole, stopped.iterations, heard) == (False, 2, [0, 1, 2])

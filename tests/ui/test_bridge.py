"""What the page of the autograd bridge computes by itself, and the jobs of its last step."""

import tracemalloc

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.problem.images import RandomEllipses
from core.problem.scan import Scan
from core.projection.projector import make_projector
from core.recipes.bridge import broken
from core.recipes.bridge import jacobian as recipe
from core.studies.codec import decode, encode
from core.studies.descents import Descent, DescentResult
from core.ui.bridge import chain, common, jacobian
from core.ui.bridge.broken import COLOURS, MEANINGS
from core.ui.bridge.matrices import (
    DARK,
    ON_COLOURS,
    ON_DARK_COLOURS,
    PALE,
    Block,
    matrices_figure,
    scale,
)
from tests.helpers.contrast import contrast

SCAN = Scan(
    image=RandomEllipses(seed=0),
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=12), detectors=64, detector_width=1),
)


def descent(**changes):
    values = {
        "scan": SCAN,
        "problem": "linear",
        "optimiser": "SGD",
        "weights": (0.0, 1.0, 1.0),
        "step": 1.0,
        "iterations": 12,
    }
    return Descent(**{**values, **changes})


def go_on(*_, **__):
    return False


def test_a_scaled_scanner_sees_the_same_share_of_the_image():
    scan = Scan(size=320, beam=FanBeam(detectors=300, source_origin=600, origin_detector=400))
    beam = common.scaled(scan, 64, 7)
    assert beam.view_count == 7
    assert beam.field_radius / 64 == pytest.approx(scan.beam.field_radius / 320, rel=0.01)
    assert common.scaled(Scan(), 320) == Scan().beam


def test_block_maxima_keeps_the_largest_of_each_block():
    matrix = np.random.default_rng(0).standard_normal((5, 7))
    expected = [[matrix[r : r + 2, c : c + 3].max() for c in (0, 3, 6)] for r in (0, 2, 4)]
    assert jacobian.block_maxima(matrix, 3).tolist() == expected
    assert np.array_equal(jacobian.block_maxima(matrix, 7), matrix)


def test_a_jacobian_too_large_is_refused_in_a_sentence():
    with pytest.raises(InputError, match=r"would need .* MB; the limit is 200 MB"):
        jacobian.both_ways(
            make_projector(128, ParallelBeam(views=EvenViews(angles=41), detectors=128))
        )


def test_a_jacobian_of_too_many_columns_is_refused_in_a_sentence():
    one_view = ParallelBeam(views=EvenViews(angles=1), detectors=320)  # 131 MB fit
    with pytest.raises(InputError, match=r"102.400 forward passes; the limit is 20.000"):
        jacobian.both_ways(make_projector(320, one_view))


def test_the_columns_of_a_wide_matrix_need_no_square_of_units():
    # As numbers the unit vectors alone would be 4096² · 4 bytes, 67 MB, for a matrix of 1 MB.
    operator = make_projector(64, ParallelBeam(views=EvenViews(angles=1), detectors=64))
    tracemalloc.start()
    matrix = recipe.matrix(operator)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8e6
    assert np.array_equal(matrix, operator.matrix().toarray())


def test_a_sparse_tensor_too_large_is_refused_in_a_sentence():
    with pytest.raises(InputError, match=r"would take about .* MB"):
        chain.measure_routes(Scan(beam=ParallelBeam(views=EvenViews(angles=400))), "scan", 320)


def test_matrices_stand_beside_each_other_with_their_numbers():
    left, right = np.array([[1.0, -2.0], [0.0, 0.5]]), np.array([[3.0]])
    figure = matrices_figure([Block(name="A", values=left), Block(name="B", values=right)])
    first, second = figure["data"]
    assert first["text"] == [["1.00", "−2.00"], ["0", "0.50"]]
    assert second["x0"] > first["x0"] + 1  # no overlap
    assert first["zmin"] == -first["zmax"]
    assert [note["text"] for note in figure["layout"]["annotations"]] == [
        "A<br>2 × 2",
        "B<br>1 × 1",
    ]


def test_the_page_knows_every_broken_adjoint():
    operator = make_projector(16, ParallelBeam(views=EvenViews(angles=4), detectors=8))
    names = list(broken.adjoints(operator, operator, 2.0, 2.0))
    assert list(COLOURS) == names
    assert list(MEANINGS) == names


@pytest.mark.parametrize(
    ("problem", "optimiser"),
    [("linear", "LSQR"), ("linear", "momentum"), ("photons", "L-BFGS"), ("prior", "Adam")],
)
def test_a_descent_lowers_its_objective_and_survives_the_disk(problem, optimiser):
    result = descent(problem=problem, optimiser=optimiser).compute(go_on)
    assert len(result.objective) == 13
    assert result.objective[-1] < result.objective[0]
    assert (np.diff(result.projections) > 0).all()
    assert result.ended == ""
    again = decode(DescentResult, encode(result))
    assert np.array_equal(again.image, result.image)
    assert np.array_equal(again.objective, result.objective)
    assert again.ended == result.ended


def test_a_descent_stops_at_its_next_iterate_and_is_not_kept():
    seen: list[DescentResult] = []

    def third(number, *_, parts, **__):
        seen.append(parts[0])
        return number == 3

    question = descent()
    result = question.compute(third)
    assert result.ended == "stopped"
    assert len(result.objective) == 4
    assert not question.task.complete(result)
    assert [len(part.objective) for part in seen] == [1, 2, 3, 4]
    assert result.message == "Stopped after 3 iterations."


def test_a_descent_that_diverges_says_so_and_leaves_numbers():
    result = descent(step=50.0, iterations=200).compute(go_on)
    assert result.ended == "diverged"
    assert len(result.objective) < 20
    assert np.isfinite(result.image).all()
    assert "Take a shorter step" in result.message


def test_questions_that_differ_have_different_keys():
    questions = [descent(), descent(step=2.0), descent(optimiser="Adam"), descent(problem="prior")]
    assert len({question.key for question in questions}) == 4
    assert descent().key == questions[0].key


@pytest.mark.parametrize(
    ("share", "ink"), [(1, ON_COLOURS), (DARK, ON_DARK_COLOURS)], ids=["light", "dark"]
)
def test_the_numbers_of_a_matrix_can_be_read_on_their_colours(share, ink):
    """WCAG 2.2, 1.4.3: 4.5 to 1 for small text, in both themes."""
    places, colours = zip(*scale(share), strict=True)
    tables = np.array([[int(c) for c in colour[4:-1].split(",")] for colour in colours])
    for value in np.linspace(-1, 1, 41):
        place = 0.5 + PALE * value / 2
        drawn = [np.interp(place, places, channel) for channel in tables.T]
        assert contrast(ink, drawn) >= 4.5, (value, drawn)
    assert len(set(colours)) == len(colours)  # each has a partner of its own on the dark theme

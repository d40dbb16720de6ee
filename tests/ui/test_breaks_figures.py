"""What the page says of methods that break, from arrays that are known."""

from typing import get_args

import numpy as np
import pytest

from core.methods import METHODS
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.learned_primal_dual_varied import LearnedPrimalDualVaried
from core.methods.support.null_space import Split
from core.problem.images import Lesion
from core.problem.scan import Scan
from core.studies.attack import Attacked
from core.studies.available_methods import training_card
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.null_space_study import TRUTH, Part
from core.studies.out_of_distribution import training_range
from core.studies.robustness import Condition, sweep_points
from core.ui.learned import breaks_lesion_result, breaks_sweep, breaks_unseen, breaks_worst

PAIR = (EvaluatedMethod(method=FBP()), EvaluatedMethod(method=CGLS()))


@pytest.mark.parametrize("size", [64, 97, 320])
@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.95, 0.95), (-0.95, 0.4), (0.3, -0.95)])
def test_the_close_up_is_a_square_within_the_image_that_holds_the_lesion(size, x, y):
    lesion = Lesion(x=x, y=y, radius=0.05)
    rows, columns = breaks_lesion_result.close_up(lesion, np.zeros((size, size), np.float32))
    assert rows.stop - rows.start == columns.stop - columns.start
    assert min(rows.start, columns.start) >= 0
    assert max(rows.stop, columns.stop) <= size
    inside, _ = lesion.masks(size)
    cut = np.zeros((size, size), bool)
    cut[rows, columns] = True
    assert (cut & inside).sum() == inside.sum()


def test_a_shade_lies_where_networks_were_trained_and_says_which():
    first, second = PAIR
    views, arcs = np.array([10.0, 41.0, 180.0]), np.array([60.0, 180.0])
    one = breaks_sweep.shades([(first, None), (second, (20.0, 90.0))], views, 5.0, log_x=True)
    assert [(shape["x0"], shape["x1"]) for shape in one["shapes"]] == [(20.0, 90.0)]
    (note,) = one["annotations"]
    assert (note["text"], note["x"]) == ("seen in training", pytest.approx(np.log10(90)))
    (shape,) = breaks_sweep.shades([(second, (180.0, 180.0))], arcs, 4.0)["shapes"]
    assert (shape["x0"], shape["x1"]) == (178.0, 182.0)
    assert breaks_sweep.shades([(first, None)], views, 5.0) == {"shapes": [], "annotations": []}
    # Two ranges, of which one begins below the first place.
    seen = [(first, (20.0, 90.0)), (second, (8.0, 180.0)), (first, (20.0, 90.0))]
    two = breaks_sweep.shades(seen, views, 5.0, log_x=True)
    assert [(shape["x0"], shape["x1"]) for shape in two["shapes"]] == [(10.0, 180.0), (20.0, 90.0)]
    assert [(note["text"], note["x"]) for note in two["annotations"]] == [
        ("seen in training: CGLS", pytest.approx(np.log10(180))),
        ("seen in training: 2 networks", pytest.approx(np.log10(90))),
    ]
    assert len({note["y"] for note in two["annotations"]}) == 2


def test_every_condition_of_a_sweep_is_offered():
    assert set(breaks_sweep.TITLES) == set(breaks_sweep.AXES) == set(get_args(Condition))


def test_the_varied_training_alone_had_photon_noise_and_data_of_a_finer_grid():
    varied = LearnedPrimalDualVaried.name
    ranges = {one.name: training_range(training_card(one.name), 320) for one in METHODS}
    assert [name for name, seen in ranges.items() if "noise_photons" in seen] == [varied]
    assert [name for name, seen in ranges.items() if "finer" in seen.get("grids", ())] == [varied]
    assert "were in the varied training alone" in " ".join(breaks_sweep.FAIR.split())


def test_the_dose_has_a_logarithmic_axis_and_a_shade_where_it_was_in_the_training():
    varied = EvaluatedMethod(method=LearnedPrimalDualVaried())
    along = sweep_points(Scan(size=64), "dose")
    snr = np.arange(2.0 * len(along)).reshape(-1, 2)
    figure = breaks_sweep.sweep_figure("dose", along, (PAIR[0], varied), snr)
    axis = figure["layout"]["xaxis"]
    assert (axis["type"], axis["title"]["text"]) == ("log", "photons a ray")
    assert not {"range", "ticktext"} & set(axis)
    (shape,) = figure["layout"]["shapes"]
    assert (shape["x0"], shape["x1"]) == (1e3, 1e6)


def test_the_two_grids_of_the_simulation_have_names_and_no_line_between_them():
    along = sweep_points(Scan(size=64), "grid")
    figure = breaks_sweep.sweep_figure("grid", along, PAIR, np.eye(2))
    axis = figure["layout"]["xaxis"]
    assert axis["ticktext"] == ["the same grid", "a finer grid"]
    assert list(axis["tickvals"]) == [0, 1]
    assert axis["range"][0] < 0 < 1 < axis["range"][1]
    assert {trace["mode"] for trace in figure["data"]} == {"markers"}
    # Of two methods that are equally good none hides the other, and each is nearest to its name.
    first, second = (trace["x"] for trace in figure["data"])
    assert (np.abs(first - second) > 0.1).all()
    for x in (first, second):
        assert list(np.rint(x)) == [0, 1]
        assert axis["range"][0] < x[0] < x[1] < axis["range"][1]


def test_the_table_says_in_which_part_a_picture_is_wrong():
    measured, unseen = np.zeros((2, 2), np.float32), np.zeros((2, 2), np.float32)
    measured[0, 0], unseen[1, 1] = 4.0, 3.0
    wrong = measured.copy()
    wrong[0, 0] = 3.0

    def part(name, measured, unseen):
        halves = Split(measured=measured, unseen=unseen, leak=1e-6, iterations=7)
        return Part(name=name, image=measured + unseen, split=halves)

    parts = part(TRUTH, measured, unseen), part("fbp", wrong, 0 * unseen)
    table = breaks_unseen._table({TRUTH: "Truth", "fbp": "FBP"}, parts)
    truth, fbp = table.splitlines()[2:]
    assert truth == "| Truth | 60.0 % | – | – | 1e-06 | 7 |"
    assert fbp == "| FBP | 0.0 % | 20.0 % | 60.0 % | 1e-06 | 7 |"


def test_the_table_of_the_worst_noise_has_both_kinds_and_their_ratio():
    images = np.zeros((3, 4, 4), np.float32)
    one = Attacked(
        name="fbp",
        title="FBP",
        noise=np.zeros((2, 3), np.float32),
        images=images,
        snr=np.array([20.0, 18.0, 12.5]),
        random=4.0,
        worst=10.0,
        course=np.array([4.0, 10.0]),
    )
    *_, line = breaks_worst.attacked_table((one,)).splitlines()
    assert line == "| FBP | 4.00 | 10.00 | 2.5 | 20.0 | 18.0 | 12.5 |"

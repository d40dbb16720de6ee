"""In no figure do two methods look alike, whatever is chosen for it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from core.methods import METHODS
from core.problem.scan import Scan
from core.studies.available_methods import TUNED_TV, all_methods, available_methods
from core.studies.evaluated_method import EvaluatedMethod, Tuning
from core.studies.robustness import Condition, sweep_points
from core.studies.solver_comparison import PRIORS_FOR_ALL, compared_solvers
from core.studies.tuned import tuned_parameter
from core.ui.figures.curves import Series, curves_figure
from core.ui.learned import breaks_sweep
from core.ui.style import LineStyle, method_style, styles_in_one_figure
from core.ui.workbench.displayed_result import styles_for
from core.ui.workbench.method_choice import TUNINGS, styles_of


def same_points(styles: Iterable[LineStyle]) -> list[tuple[str, str]]:
    """The colours and symbols that more than one has."""
    looks = [(style.colour, style.symbol) for style in styles]
    return [look for look in dict.fromkeys(looks) if looks.count(look) > 1]


def same_lines(styles: Iterable[LineStyle]) -> list[tuple[str, str, float]]:
    """The colours, dashes and widths that more than one has."""
    looks = [(style.colour, style.dash, style.width) for style in styles]
    return [look for look in dict.fromkeys(looks) if looks.count(look) > 1]


def in_all_ways(methods: Sequence[EvaluatedMethod]) -> list[EvaluatedMethod]:
    """Each method in each way of tuning that it knows, as *Compare* offers them."""
    return [
        replace(one, tuning=way)
        for one in methods
        for way in get_args(Tuning)
        if way == "default" or tuned_parameter(one.method) is not None
    ]


@pytest.mark.parametrize("condition", get_args(Condition))
def test_no_two_methods_of_a_sweep_look_alike(condition):
    chosen, _ = available_methods()
    along = sweep_points(Scan(size=64), condition)
    snr = np.arange(float(len(along) * len(chosen))).reshape(len(along), len(chosen))
    traces = breaks_sweep.sweep_figure(condition, along, chosen, snr)["data"]
    assert [trace["name"] for trace in traces] == [one.title for one in chosen]
    points = {(trace["marker"]["color"], trace["marker"]["symbol"]) for trace in traces}
    lines = {(trace["line"]["color"], trace["line"]["dash"]) for trace in traces}
    assert len(points) == len(lines) == len(chosen)


def test_no_two_methods_that_are_compared_look_alike_in_any_way_of_tuning():
    methods, _ = all_methods()
    styles = styles_of([TUNED_TV, *in_all_ways(methods)])
    assert same_points(styles) == same_lines(styles) == []


def test_a_method_as_it_is_set_keeps_its_style_beside_tuned_ones():
    methods, _ = all_methods()
    compared = [TUNED_TV, *in_all_ways(methods)]
    for one, style in zip(compared, styles_of(compared), strict=True):
        if one.tuning == TUNINGS[0]:
            assert style == method_style(one.method.name), one.name
    assert styles_of([TUNED_TV]) == [method_style("admm")]


def test_no_two_columns_of_the_workbench_look_alike():
    methods = [method() for method in METHODS]
    for one in methods:
        for other in methods:
            styles = styles_for([one, one, other])
            assert len(set(styles)) == 3, (one.name, other.name)
            assert styles[0] == method_style(one.name)


@pytest.mark.parametrize("prior", PRIORS_FOR_ALL)
def test_no_two_solvers_of_the_race_look_alike(prior):
    styles = styles_in_one_figure([one.name for one in compared_solvers(prior, 0.01, 10).values()])
    assert same_points(styles) == same_lines(styles) == []


def test_points_and_lines_are_drawn_in_the_style_of_their_method():
    style = LineStyle(colour="#000000", dash="dashdot", kind=1)
    series = Series(name="a", x=np.arange(2.0), y=np.arange(2.0), style=style)
    (dots,) = curves_figure([replace(series, markers=True)], x_title="", y_title="")["data"]
    assert (dots["mode"], dots["marker"]["symbol"]) == ("markers", "x-open")
    assert dots["marker"]["line"]["width"] > 0
    (line,) = curves_figure([series], x_title="", y_title="")["data"]
    assert (line["mode"], line["line"]["dash"], line["line"]["width"]) == ("lines", "dashdot", 1.0)
    (star,) = curves_figure([replace(series, markers=True, symbol="star")], x_title="", y_title="")[
        "data"
    ]
    assert star["marker"]["symbol"] == "star"

import numpy as np
import pytest
from plotly import graph_objects as go

from core.ui.figures.curves import Mark, Series, curves_figure, histogram_figure
from core.ui.style import method_style

X = np.arange(1.0, 11)


def valid(figure):
    """Plotly's own check of every attribute; it raises on the first that does not exist."""
    return go.Figure(figure)


@pytest.mark.parametrize("log", [False, True])
def test_figures_are_valid_plotly(log):
    figure = curves_figure(
        [
            Series(name="FBP", x=X, y=X**2, style=method_style("fbp"), best="lowest"),
            Series(name="unknown", x=X, y=np.stack([X, 2 * X]), markers=True),
            Series(name="nothing yet", x=X, y=np.full(10, np.nan), best="highest"),
        ],
        x_title="iteration",
        y_title="residual",
        log_x=log,
        log_y=log,
        marks=[Mark(x=3.0, name="now"), Mark(x=X, name="follows")],
    )
    assert valid(figure).layout.xaxis.type == ("log" if log else "linear")


def test_the_best_point_carries_its_value():
    y = np.array([3.0, np.nan, 1.25, 2.0])
    for best, place in (("lowest", 2), ("highest", 0)):
        series = Series(name="a", x=X[:4], y=y, best=best)
        star = curves_figure([series], x_title="", y_title="")["data"][1]
        assert (star["x"], star["y"]) == ([X[place]], [y[place]])
        assert star["text"] == [f"{y[place]:g}"]


def test_a_small_best_value_has_a_power_of_ten():
    series = Series(name="a", x=X[:2], y=np.array([1.0, 6.89e-4]), best="lowest")
    star = curves_figure([series], x_title="", y_title="")["data"][1]
    assert star["text"] == ["6.89×10⁻⁴"]


def test_axes_of_a_curve_that_plays_hold_every_frame():
    frames = np.array([[1.0, 2.0], [-5.0, 30.0]])
    series = [Series(name="a", x=X[:2], y=frames)]
    low, high = curves_figure(series, x_title="", y_title="")["layout"]["yaxis"]["range"]
    assert low < -5
    assert high > 30
    low, high = curves_figure(series, x_title="", y_title="", log_y=True)["layout"]["yaxis"][
        "range"
    ]
    assert low < 0 < np.log10(30) < high < 2


def test_bars_of_a_histogram_have_the_area_of_the_density():
    samples = np.random.default_rng(0).normal(size=5000)
    figure = histogram_figure(
        samples,
        lambda x: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi),
        name="noise",
        density_name="model",
        x_title="n",
    )
    valid(figure)
    bars, line = figure["data"]
    width = bars["x"][1] - bars["x"][0]
    assert np.sum(bars["y"]) * width == pytest.approx(1)
    # 5000 values in 60 bins: a bar near the middle holds about 200 ± 14.
    assert np.interp(0.0, bars["x"], bars["y"]) == pytest.approx(0.399, abs=0.12)
    assert line["y"].max() == pytest.approx(0.399, abs=1e-3)


def test_a_best_point_that_a_log_axis_cannot_show_is_left_out() -> None:
    # The first iterate of a diverging method is its best, and 0 has no place on a log axis.
    x, y = np.array([np.nan, 1.0, 2.0]), np.array([3.0, 2.0, 1.0])
    figure = curves_figure(
        [Series(name="snr", x=x, y=y, best="highest")], x_title="", y_title="", log_x=True
    )
    star = figure["data"][1]
    assert (star["x"], star["y"]) == ([1.0], [2.0])


def test_a_point_with_a_label_is_seen_and_read():
    series = Series(name="epsilon", x=X, y=X, labels=[f"epsilon {x:g}" for x in X])
    figure = curves_figure([series], x_title="", y_title="")
    (line,) = figure["data"]
    assert line["mode"] == "lines+markers"
    assert line["text"] == [f"epsilon {x:g}" for x in X]
    assert line["hovertemplate"].startswith("%{text}")
    assert figure["layout"]["hovermode"] == "closest"


@pytest.mark.parametrize("log", [False, True])
def test_few_iterations_have_whole_ticks(log) -> None:
    def ticks(x):
        figure = curves_figure([Series(name="a", x=x, y=x)], x_title="", y_title="", log_x=log)
        return valid(figure).layout.xaxis.ticktext

    assert ticks(np.arange(1.0, 6)) == ("1", "2", "3", "4", "5")
    assert ticks(np.arange(1.0, 51)) is None
    assert ticks(np.array([0.5, 1.0, 2.0])) is None
    assert ticks(np.array([np.nan])) is None

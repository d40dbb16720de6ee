"""Where image figures put things, against NumPy's arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.ui.style import ON_DARK
from tests.helpers.javascript import DARK, LIGHT, Frontend

pytestmark = pytest.mark.browser
ANGLES = {"title": "angle", "first": 0.0, "last": 175.0, "unit": "°"}
DETECTOR = {"title": "detector", "first": -80.0, "last": 80.0, "unit": "px"}


def panel(shape: tuple[int, int] = (64, 64), **changes: Any) -> dict[str, Any]:
    plain = {"title": "t", "caption": "", "low": 0.0, "high": 1.0, "colormap": "bone", "unit": ""}
    places = {"padding": 0.0, "overlays": [], "x_axis": None, "y_axis": None}
    return {**plain, **places, "shape": list(shape), **changes}


SINOGRAM = panel((41, 160), x_axis=DETECTOR, y_axis=ANGLES, high=30.0)
FIGURES = {
    "three alike": ([panel(), panel(), panel()], 3),
    "own ranges": (
        [panel(high=2.0, unit="1/px"), panel(high=2.0, unit="1/px"), panel(), panel(high=3.0)],
        2,
    ),
    "with a sinogram": ([panel(caption="c"), SINOGRAM, SINOGRAM], 3),
    "padded": ([panel(padding=8.0), panel((64, 64)), panel((32, 48))], 2),
    "large numbers": ([panel(low=-6.9e5, high=1.19e5)], 1),
}


def arranged(frontend: Frontend, panels: list, columns: int, width: int = 1000, **more: Any) -> Any:
    header = {"panels": panels, "columns": columns, "link": True, **more}
    return frontend.call("geometry", "arrange", header, width, 1, 800)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("width", [400, 700, 1000, 1600])
def test_boxes_are_equal_in_a_grid_and_inside_the_figure(frontend, name, width) -> None:
    panels, asked = FIGURES[name]
    found = arranged(frontend, panels, asked, width)
    boxes = found["boxes"]
    assert len({(box["w"], box["h"]) for box in boxes}) == 1
    # Where there is room, as many columns as asked for; elsewhere no image below 160 px.
    columns = len({box["x"] for box in boxes})
    assert columns == asked if width >= 1000 else columns <= asked
    assert columns == 1 or boxes[0]["w"] >= 160
    for number, box in enumerate(boxes):
        row, column = divmod(number, columns)
        assert box["x"] == boxes[column]["x"]
        assert box["y"] == boxes[row * columns]["y"]
        assert 0 <= box["x"] < box["x"] + box["w"] <= width
        assert box["y"] - box["above"] >= 0
        assert box["y"] + box["h"] <= found["height"]
    spread = np.array([[box["x"], box["y"]] for box in boxes])
    size = np.array([boxes[0]["w"], boxes[0]["h"]])
    for one in range(len(boxes)):
        for other in range(one):
            assert (np.abs(spread[one] - spread[other]) >= size).any()
    # A picture as large as fits: limited by the width, or by 72 % of a window of 800 px.
    if all(each["x_axis"] is None for each in panels):
        aspects = [
            (r + 2 * p["padding"]) / (c + 2 * p["padding"]) for p in panels for r, c in [p["shape"]]
        ]
        # Panels of one shape share their padding.
        if name != "padded":
            assert size[1] == pytest.approx(size[0] * max(aspects), abs=1)
        assert size[1] <= 0.72 * 800


def test_what_zooms_together_has_one_leader_and_one_range(frontend: Frontend) -> None:
    panels, columns = FIGURES["padded"]
    boxes = arranged(frontend, panels, columns)["boxes"]
    assert [box["leader"] for box in boxes] == [0, 0, 2]
    # From edge to edge of the pixels, 8 pixels of padding on each side; rows downwards.
    for box in boxes[:2]:
        assert (box["xRange"], box["yRange"]) == ([-8.5, 71.5], [71.5, -8.5])
    assert (boxes[2]["xRange"], boxes[2]["yRange"]) == ([-0.5, 47.5], [31.5, -0.5])
    alone = arranged(frontend, panels, columns, link=False)["boxes"]
    assert [box["leader"] for box in alone] == [0, 1, 2]
    sinogram = arranged(frontend, *FIGURES["with a sinogram"])["boxes"][1]
    step, angle = 160 / 159, 175 / 40
    assert sinogram["xRange"] == pytest.approx([-80 - step / 2, 80 + step / 2])
    assert sinogram["yRange"] == pytest.approx([175 + angle / 2, -angle / 2])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", FIGURES)
def test_plotlys_axes_lie_on_the_boxes_and_follow_their_leaders(frontend, name, theme) -> None:
    panels, columns = FIGURES[name]
    found = arranged(frontend, panels, columns)
    parts = {"arrangement": found, "panels": panels, "theme": theme, "header": {"onDark": ON_DARK}}
    layout = frontend.call("axes", "axesLayout", parts)
    for number, box in enumerate(found["boxes"]):
        ending = "" if number == 0 else str(number + 1)
        x, y = layout[f"xaxis{ending}"], layout[f"yaxis{ending}"]
        edges = np.array([box["x"], box["x"] + box["w"]]) / found["width"]
        np.testing.assert_allclose(x["domain"], edges)
        heights = 1 - np.array([box["y"] + box["h"], box["y"]]) / found["height"]
        np.testing.assert_allclose(y["domain"], heights)
        leads = box["leader"] == number
        leader = "" if box["leader"] == 0 else str(box["leader"] + 1)
        assert x.get("matches") == (None if leads else f"x{leader}")
        assert y.get("matches") == (None if leads else f"y{leader}")
        picture = panels[number]["x_axis"] is None
        assert ("scaleanchor" in y) == (picture and leads)
        assert x.get("title", {}).get("text") == (None if picture else "detector (px)")


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("width", [420, 1000])
def test_numbers_of_a_colour_bar_stand_at_their_values_and_apart(frontend, name, width) -> None:
    panels, columns = FIGURES[name]
    for bar in arranged(frontend, panels, columns, width)["bars"]:
        texts = [label["text"].replace("−", "-") for label in bar["labels"]]
        power = 10.0**5 if "×10⁵" in bar["heading"] else 1.0
        values = power * np.array(texts, float)
        owner = next(p for p in panels if {p["low"], p["high"]} == {values[0], values[-1]})
        assert bar["heading"] == ("×10⁵" if power > 1 else owner["unit"])
        expected = bar["y"] + bar["h"] * (1 - (values - values[0]) / (values[-1] - values[0]))
        places = np.array([label["y"] for label in bar["labels"]])
        np.testing.assert_allclose(places, expected)
        # A number is 13 px high, and 17 with its line.
        assert np.diff(places).max() <= -17 or bar["h"] < 17
        assert all(label["x"] > bar["x"] + bar["w"] for label in bar["labels"])


def test_no_end_of_a_colour_bar_crowds_the_number_beside_it(frontend: Frontend) -> None:
    random = np.random.default_rng(5)
    for tallest in (40, 60, 90, 140, 260):
        for _ in range(20):
            low, high = sorted(random.normal(size=2).tolist())
            one = panel(low=low, high=high)
            (bar,) = arranged(frontend, [one], 1, tallest=tallest)["bars"]
            places = np.array([label["y"] for label in bar["labels"]])
            assert np.diff(places).max() <= -17, (tallest, low, high)


def test_images_that_may_be_narrow_stay_in_one_row(frontend: Frontend) -> None:
    four = [panel(high=float(number)) for number in range(1, 5)]
    for narrowest, columns in ((None, 3), (110, 4)):
        boxes = arranged(frontend, four, 4, width=880, narrowest=narrowest)["boxes"]
        assert len({box["x"] for box in boxes}) == columns
        assert boxes[0]["w"] >= (narrowest or 160)


def test_alike_neighbours_share_a_bar(frontend: Frontend) -> None:
    shared = {name: arranged(frontend, *FIGURES[name]) for name in FIGURES}
    assert [len(shared[name]["bars"]) for name in FIGURES] == [1, 3, 2, 1, 1]
    bar, last = shared["three alike"]["bars"][0], shared["three alike"]["boxes"][2]
    assert bar["x"] > last["x"] + last["w"]


def test_pixels_under_the_pointer_are_found_where_they_are_drawn(frontend: Frontend) -> None:
    panels, columns = FIGURES["with a sinogram"]
    arrangement = arranged(frontend, panels, columns)
    zoomed = [{"x": [10.0, 30.0], "y": [50.0, 20.0]}, {"x": [-40.0, 20.0], "y": [90.0, 30.0]}]
    pixels = [(0, 25, 12), (0, 49, 29), (1, 10, 50), (1, 20, 99)]
    places, found, outside = frontend.run(
        """async (load, [panels, arrangement, ranges, pixels]) => {
          const { projection } = await load("painter");
          const { Panels } = await load("panels");
          const figure = { panels, arrangement, ranges };
          const places = pixels.map(([panel, row, column]) => {
            const to = projection(figure, panel);
            return [to.x(column), to.y(row)]; });
          const at = (x, y) => Panels.prototype.pixelAt.call(figure, x, y);
          return [places, places.map(([x, y]) => at(x, y)), at(-5, -5)]; }""",
        [panels, arrangement, [*zoomed, zoomed[1]], pixels],
    )
    for (number, row, column), place, seen in zip(pixels, places, found, strict=True):
        box, ranges = arrangement["boxes"][number], zoomed[number]
        x = column if number == 0 else -80 + column * 160 / 159
        y = row if number == 0 else row * 175 / 40
        (left, right), (bottom, top) = ranges["x"], ranges["y"]
        assert place == pytest.approx(
            [
                box["x"] + box["w"] * (x - left) / (right - left),
                box["y"] + box["h"] * (1 - (y - bottom) / (top - bottom)),
            ]
        )
        assert seen == {"panel": number, "row": row, "column": column}
    assert outside is None

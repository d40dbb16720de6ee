"""The pages that the painting benchmark measures show what they should, and its rows are filled."""

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.benchmarks import browsers, paint_bench
from core.benchmarks.bench import ROWS
from core.benchmarks.six_images import COUNT, SIZE, WAYS, title
from core.benchmarks.timing import NotMeasured
from tests.helpers.payload_reader import unpack

STEP = 3
IMAGES = np.random.default_rng(STEP).random((COUNT, SIZE, SIZE), dtype=np.float32)
TITLES = [title(STEP, number) for number in range(1, COUNT + 1)]


def page(way):
    from core.benchmarks import six_images

    six_images.page(way)


def drawn(way):
    """The titles and images that reach the browser, shape (COUNT, SIZE, SIZE)."""
    app = AppTest.from_function(page, args=(way,), default_timeout=60).run()
    app.slider[0].set_value(STEP).run()
    assert not app.exception
    if way == "panels":
        (element,) = app.get("bidi_component")
        panels = unpack(element.proto.bytes)["panels"]
        return [panel["title"] for panel in panels], [panel["image"] for panel in panels]
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    # Titles and traces belong to each other by their places, from the upper left one.
    titles = sorted(figure["layout"]["annotations"], key=lambda text: (-text["y"], text["x"]))
    layout = figure["layout"]

    def corner(trace):
        x, y = (f"{trace[name][0]}axis{trace[name][1:]}" for name in ("xaxis", "yaxis"))
        return -layout[y]["domain"][0], layout[x]["domain"][0]

    return [text["text"] for text in titles], [
        values_of(trace) for trace in sorted(figure["data"], key=corner)
    ]


def values_of(trace):
    if "source" in trace:
        png = base64.b64decode(trace["source"].split(",")[1])
        return np.asarray(Image.open(io.BytesIO(png)).convert("L")) / 255
    if isinstance(trace["z"], dict):
        values = np.frombuffer(base64.b64decode(trace["z"]["bdata"]), trace["z"]["dtype"])
        return values.reshape(SIZE, SIZE)
    return np.array(trace["z"])


@pytest.mark.parametrize("way", WAYS)
def test_every_way_shows_the_same_six_images_under_their_titles(way):
    titles, images = drawn(way)
    assert titles == TITLES
    # Pictures have 256 levels of grey.
    np.testing.assert_allclose(images, IMAGES, atol=1 / 255 if way == "pictures" else 1e-7)


def test_every_way_has_its_row(monkeypatch):
    medians = {"panels": 100.0, **{way: 300.0 + n for n, way in enumerate(list(WAYS)[1:])}}
    monkeypatch.setattr(paint_bench, "measure_painting", lambda: medians)
    painting = [row() for row in ROWS if row.__module__ == paint_bench.__name__]
    assert [(row.baseline, row.ours) for row in painting] == [(300, 100), (301, 100), (302, 100)]
    assert len({row.against for row in painting}) == 3


def test_without_a_browser_the_reason_is_told(monkeypatch, tmp_path):
    paint_bench.measure_painting.cache_clear()
    monkeypatch.setattr(browsers, "DEBIANS", (tmp_path,))  # exists, and cannot be started
    # In a thread of its own: the tests of the screen keep Playwright running in this one.
    with ThreadPoolExecutor(1) as thread, pytest.raises(NotMeasured, match="launch"):
        thread.submit(paint_bench.heatmaps_from_lists).result()

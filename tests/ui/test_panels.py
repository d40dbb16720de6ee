import numpy as np
from streamlit.testing.v1 import AppTest

from core.geometry.rays import pixel_position
from core.ui.figures.frame_store import shelf
from core.ui.figures.panels import Axis, circle, view_axis
from tests.helpers.payload_reader import unpack


def page():
    import numpy as np

    from core.ui.figures.panels import Axis, Overlay, Panel, image_panels
    from core.ui.figures.plot import player

    image = np.arange(12, dtype=np.float32).reshape(3, 4)
    image[0, 1] = np.nan
    frames = [image, image + 1]
    image_panels(
        [
            Panel(title="one", image=image, alt="One."),
            Panel(title="frames", image=frames, minus=image, alt="Two.", low=-1, high=2.5),
            Panel(
                title="stack",
                image=np.stack(frames),
                alt="Three.",
                x_axis=Axis(title="detector", first=0, last=3),
                overlays=[Overlay(x=np.array([0.0, 3.0]), y=np.array([1.0, np.nan]))],
            ),
        ],
        key="images",
        columns=2,
        player="frame",
    )
    player(["first", "second"], key="frame", alt="frame", start=9)


def headers(app):
    assert not app.exception
    return [unpack(element.proto.bytes) for element in app.get("bidi_component")]


def test_the_browser_gets_true_values_ranges_and_names():
    app = AppTest.from_function(page).run()
    figure, turning = headers(app)
    image = np.arange(12, dtype=np.float32).reshape(3, 4)
    image[0, 1] = np.nan
    one, frames, stack = figure["panels"]

    np.testing.assert_array_equal(one["image"], image)
    assert (one["low"], one["high"]) == (0, 11)
    assert (frames["low"], frames["high"]) == (-1, 2.5)
    assert (stack["low"], stack["high"]) == (0, 12)
    assert [panel["shape"] for panel in figure["panels"]] == [[3, 4]] * 3
    np.testing.assert_array_equal(frames["minus"], image)
    assert frames["image"] == stack["image"]
    second = np.fromfile(shelf().folder / frames["image"][1], np.float32)
    np.testing.assert_array_equal(second.reshape(3, 4), image + 1)
    assert stack["x_axis"] == {"title": "detector", "first": 0, "last": 3, "unit": ""}
    assert np.isnan(stack["overlays"][0]["y"][1])
    assert figure["colormaps"]["bone"].shape == (256, 3)
    assert turning["start"] == 1


def test_an_unchanged_figure_is_the_same_message():
    app = AppTest.from_function(page).run()
    first = [element.proto.bytes for element in app.get("bidi_component")]
    app.run()
    assert [element.proto.bytes for element in app.get("bidi_component")] == first


def test_a_circle_is_as_far_from_its_centre_as_it_says():
    x, y = pixel_position(65, 20, 50)
    line = circle(7.0, 65, centre=(x, y), dash="dot")
    np.testing.assert_allclose(np.hypot(line.x - 50, line.y - 20), 7.0)
    assert (line.x[0], line.y[45]) == (57.0, 13.0)  # to the right first, and upwards
    middle = circle(3.0, 64)
    np.testing.assert_allclose((middle.x.min(), middle.y.max()), (28.5, 34.5))


def test_rows_are_labelled_by_their_angles_only_where_these_are_evenly_spaced():
    even = np.linspace(-10, 170, 19)
    assert view_axis(even) == Axis(title="angle", first=-10, last=170, unit="°")
    assert view_axis(even[:1]) == Axis(title="angle", first=-10, last=-10, unit="°")
    assert view_axis(even[[0, 1, 5]]) == Axis(title="view", first=0, last=2)

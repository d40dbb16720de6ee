"""A drawing in the sidebar: its text makes the image, and what is no drawing gets a sentence."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "streamlit_app.py"


def test_the_text_of_a_drawing_is_typed_and_stands_in_the_link():
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["size"] = "64"
    app.query_params["image"] = "drawing"
    app.run()
    app.switch_page("pages/forward.py").run()
    (field,) = [area for area in app.text_area if area.label == "Shapes"]
    field.set_value("disc 1 0.2 0 0.5").run()
    assert not app.exception
    assert app.session_state["link state"].query["image_shapes"] == "disc 1 0.2 0 0.5"
    (field,) = [area for area in app.text_area if area.label == "Shapes"]
    field.set_value("disc 1 0.2").run()
    assert not app.exception
    assert "A disc is written disc VALUE X Y RADIUS" in app.error[0].value
    assert app.session_state["link state"].query["image_shapes"] == "disc 1 0.2 0 0.5"


def test_a_drawing_goes_along_to_other_pages_however_little_is_in_it():
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["size"] = "64"
    app.query_params["image"] = "drawing"
    app.query_params["image_shapes"] = "disc 1 0 0 0.02"
    app.run()
    assert not app.exception  # the home page finds a grey range
    for page in ("forward", "classical_inversion"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert not app.error
        assert app.session_state["link state"].query["image_shapes"] == "disc 1 0 0 0.02"

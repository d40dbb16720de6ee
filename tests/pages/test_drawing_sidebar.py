"""A drawing in the sidebar: its text makes the image, and what is no drawing gets a sentence."""

from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from core.parameters import parameters_of
from core.problem.drawing import Drawing
from core.ui.controls.link_state import LinkState
from core.ui.scan import drawing

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


def test_what_the_editor_sends_and_is_no_drawing_leaves_the_one_that_is_there(monkeypatch):
    link, (parameter,) = LinkState(), parameters_of(Drawing)
    session = {drawing.SHAPES: "disc 1 0 0 0.5", "link state": link}
    monkeypatch.setattr(st, "session_state", session)

    def sent(text):
        session[drawing._KEY] = {"shapes": text}
        drawing._take(parameter)
        return link.take(drawing.SHAPES), link.finish()

    wrong = "disc 1 0 0 0.5; disc 1 -1 -1 2.83"
    kept, (sentence,) = sent(wrong)
    assert kept == "disc 1 0 0 0.5"
    assert "must be from -2 to 2" in sentence
    assert "stays as it was" in sentence
    assert sent(wrong) == (kept, [sentence])  # once, however often
    assert sent("disc 1 0 0 0.4") == ("disc 1 0 0 0.4", [])

"""The look of a presented page, its QR code, and what its keys ask for."""

import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

from core.ui.lecture import presenter, session
from core.ui.lecture.scene import Scene

ROWS = (("iterations",), ("images", "curve snr"))


def scene(**changed):
    return Scene(name="a", order=1, title="A", text="", page="forward", **changed)


def test_what_a_scene_shows_stands_in_its_rows():
    style = presenter.style(scene(show=ROWS))
    assert ".st-key-component--images, .st-key-images" in style
    assert ".st-key-component--curve-snr" in style  # a class holds no blanks
    assert "grid-row: 2; grid-column: 1 / span 60" in style
    assert "grid-row: 3; grid-column: 31 / span 30" in style
    assert ".lab-figure" not in style


def test_the_words_stand_beside_the_pictures_where_the_scene_says_so():
    style = presenter.style(scene(show=ROWS, layout="beside"))
    assert "grid-row: 1 / span 2; grid-column: 1 / span 23" in style
    assert "grid-row: 1; grid-column: 24 / span 37" in style


def test_without_a_scene_all_figures_are_seen():
    assert ":has(.lab-figure, .lab-table)" in presenter.style(None)
    assert "grid-row" not in presenter.style(None)


def test_a_qr_code_is_a_drawing_with_its_link_below():
    code = presenter.qr_code("http://localhost:8501/forward?a=<b>&step=view")
    drawing = ElementTree.fromstring(code.partition("</svg>")[0] + "</svg>")
    assert drawing.get("viewBox")
    assert "a=&lt;b&gt;&amp;step=view</p>" in code
    assert presenter.qr_code("http://localhost/?" + "a" * 5000)  # as much as fits


def test_what_a_key_asks_for_is_done(monkeypatch):
    state = SimpleNamespace(values={})
    monkeypatch.setattr(session.st, "session_state", state.values)
    session.act({"scene": "second"})
    assert state.values["scene"] == "second"
    session.act({"present": True})
    assert state.values["present"] is True
    session.act({"other": 1})

"""A lecture in the link: which scene opens, what it sets, and what is hidden or locked."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.lecture.library import OWN_FOLDER

APP = Path(__file__).parents[2] / "streamlit_app.py"
SCENES = {
    "01_first.md": """+++
order = 1
title = "One view"
page = "forward"
show = [["gantry"], ["gantry_image", "gantry_sinogram"]]
hide = ["noise*"]
lock = ["angles"]
note = "Ask."
equation = 'd = Gm'

[state]
step = "view"
size = 64
angles = 12

[question]
text = "How many?"
answer = 12
unit = "views"
+++
Words of *one*.
""",
    "02_second.md": """+++
order = 2
title = "The matrix"
page = "forward"
layout = "beside"

[state]
step = "matrix"
+++
Words of two.
""",
}


@pytest.fixture(autouse=True)
def own_lecture(tmp_path, monkeypatch):
    """A small lecture of the lecturer's own."""
    folder = tmp_path / "small"
    folder.mkdir()
    for name, text in SCENES.items():
        (folder / name).write_text(text)
    monkeypatch.setenv(OWN_FOLDER, str(folder))
    return folder


def opened(page="", **query):
    app = AppTest.from_file(APP, default_timeout=60)
    for name, text in query.items():
        app.query_params[name] = text
    if page:
        app.switch_page(f"pages/{page}.py")
    app.run()
    assert not app.exception
    return app


def link(app):
    return app.session_state["link state"]


def words(app):
    return "\n".join(element.value for element in app.markdown)


def sliders(app, key):
    """Whether each slider of this name is locked."""
    return [one.disabled for one in (*app.slider, *app.select_slider) if one.key == key]


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_a_link_to_a_lecture_opens_its_first_scene_on_its_page():
    app = opened(lecture="small")
    assert link(app).page == "Forward model"
    assert link(app).query == {
        "lecture": "small", "scene": "first", "size": "64", "angles": "12", "step": "view",
    }  # fmt: skip
    assert "### One view" in words(app)
    assert "Words of *one*." in words(app)
    assert "**How many?**" in words(app)
    assert app.latex[0].value.strip("$ \n") == "d = Gm"
    # What the scene hides is not drawn, and what it locks cannot be moved.
    assert not any("Noise" in box.label for box in app.selectbox)
    assert app.session_state["angles"] == 12
    assert sliders(app, "angles") == [True]


def test_the_next_scene_sets_everything_and_a_changed_one_stays_as_it_is():
    app = press(opened(lecture="small"), "scene Next")
    assert link(app).query == {"lecture": "small", "scene": "second", "step": "matrix"}
    assert app.session_state["size"] == 320  # at its default again
    assert app.button(key="scene Next").disabled
    press(app, "scene Back")
    assert link(app).query["size"] == "64"
    changed = opened("forward", lecture="small", scene="first", step="view", size="96")
    assert (link(changed).query["size"], "angles" in link(changed).query) == ("96", False)
    alone = opened("forward", lecture="small", scene="first", present="1")
    assert alone.session_state["size"] == 64  # a link that names the scene alone sets it up
    assert link(alone).query["present"] == "1"


def test_who_wanders_off_finds_the_way_back_and_may_leave():
    app = opened(lecture="small")
    app.switch_page("pages/autograd_bridge.py").run()
    assert "small" in link(app).query["lecture"]
    press(app, "scene return")
    assert link(app).page == "Forward model"
    press(app, "scene leave")
    assert not {"lecture", "scene", "present"} & {*link(app).query}
    assert "### One view" not in words(app)


def test_a_lecture_that_is_not_there_is_answered_in_words():
    app = opened(lecture="[none]")
    assert link(app).page == "Inverse problems"
    (notice,) = [element.value for element in app.info]
    assert "There is no lecture" in notice
    assert "small" in notice
    app = opened(lecture="small", scene="third")
    assert link(app).query["scene"] == "first"


def test_a_teacher_hides_and_locks_by_the_link():
    app = opened("forward", hide="noise,size", lock="angles")
    assert sliders(app, "size") == []
    assert sliders(app, "angles") == [True]
    assert link(app).query == {"hide": "noise,size", "lock": "angles"}
    hidden = opened("forward", hide="size", size="64")
    assert hidden.session_state["size"] == 64  # what is hidden keeps what the link says


def test_a_page_is_presented_without_a_lecture():
    app = press(opened("forward", step="view"), "present this page")
    assert link(app).query == {"present": "1", "step": "view"}


def test_the_first_page_offers_the_lectures_and_says_whose_this_follows():
    app = opened()
    words_of_home = words(app)
    for name in ("fastMRI", "ASTRA Toolbox", "PyLops", "PyProximal", "GPU", "MATLAB"):
        assert name in words_of_home
    press(app, "present small")
    assert link(app).page == "Forward model"
    assert (link(app).query["scene"], link(app).query["present"]) == ("first", "1")

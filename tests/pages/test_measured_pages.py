"""Every page with measured data chosen: what runs on them, and what shows the simulated scan."""

import io
import weakref
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.methods import METHODS
from core.problem.measured import MeasuredScan, TiltSeries
from core.problem.scan import Scan
from core.studies.out_of_distribution import within_training
from core.ui import cached
from core.ui.figures.component import SCAN
from core.ui.file_names import scan_name

ROOT = Path(__file__).parents[2]

TITLES = {
    "uncertainty": "Uncertainty",
    "learned_methods": "Learned methods",
    "proximal_methods": "Proximal methods",
}


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    for name, value in {"data": "measured", "size": "64", **query}.items():
        app.query_params[name] = value
    app.run()
    for name in {"step", "topic"} & set(query):  # each page keeps its own
        app.session_state[f"{name} of {TITLES[page]}"] = query[name]
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("home", {}),
        ("forward", {}),
        ("autograd_bridge", {}),
        ("uncertainty", {"step": "honest"}),
        ("learned_methods", {"step": "idea", "topic": "after_fbp"}),
        ("learned_methods", {"step": "prior"}),
        ("learned_methods", {"step": "train_now"}),
        ("learned_methods", {"step": "breaks"}),
    ],
)
def test_a_page_that_needs_a_truth_shows_the_simulated_scan_and_says_so(page, query):
    said = [info.value for info in opened(page, **query).info]
    assert sum("shows the simulated scan" in sentence for sentence in said) == 1


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("proximal_methods", {"step": "prox"}),
        ("proximal_methods", {"step": "condition"}),
        ("learned_methods", {"step": "idea", "topic": "convolution"}),
        ("learned_methods", {"step": "idea", "topic": "plugged"}),
        ("learned_methods", {"step": "plug"}),
    ],
)
def test_a_step_that_needs_no_truth_looks_at_the_measured_data(page, query, monkeypatch):
    looked: list[object] = []
    remembered = cached.memoize

    def memoize(*what, **options):
        looked.extend(part for part in what if isinstance(part, (Scan, MeasuredScan)))
        return remembered(*what, **options)

    monkeypatch.setattr(cached, "memoize", memoize)
    app = opened(page, **query)
    assert not [info for info in app.info if "shows the simulated scan" in info.value]
    assert any(isinstance(source, MeasuredScan) for source in looked)


def test_trained_networks_are_not_offered_outside_their_training():
    source = MeasuredScan()
    offered = {method.name for method in METHODS if within_training(source, method)}
    assert {"plug_and_play", "red", "deep_image_prior", "fbp", "admm"} <= offered
    assert not {"learned_primal_dual", "unet"} & offered


def test_a_comparison_of_measured_data_offers_no_truth():
    app = opened("compare")
    groups = {pills.label: list(pills.options) for pills in app.pills}
    assert "Baseline" not in groups
    assert "Deep image prior (a minute)" in groups["Learned"]
    assert "Learned primal-dual" not in groups["Learned"]
    assert groups["Parameters"] == ["As they are set", "Tuned without the truth"]


def test_a_preset_goes_back_to_a_simulated_scan():
    app = opened("classical_inversion", a="fbp", b="none", live="false")
    assert "Preparation" in [tab.label for tab in app.tabs]
    app.button(key="preset Few views").click().run()
    assert not app.exception
    assert app.session_state["data"] == "simulated"
    assert "Preparation" not in [tab.label for tab in app.tabs]


def sinogram_file(*, value: float | None = None, angles: bool = True) -> bytes:
    """A sinogram of a disc, or of one value everywhere, as `.npz`."""
    views, detectors = 12, 31
    profile = np.sqrt(np.maximum(0, 100 - np.arange(-15, 16) ** 2))
    data = np.tile(profile, (views, 1)) if value is None else np.full((views, detectors), value)
    file = io.BytesIO()
    known = {"theta": np.arange(views) * 15.0} if angles else {}
    np.savez(file, sinogram=data, **known)
    return file.getvalue()


def uploaded(app: AppTest, name: str, content: bytes) -> None:
    app.file_uploader(key="sinogram uploader").set_value([(name, content, "")]).run()
    assert not app.exception


def test_data_that_make_no_image_leave_the_last_that_did_and_are_said_once():
    app = opened("classical_inversion", series="own", a="fbp", b="none", live="false")
    uploaded(app, "good.npz", sinogram_file())
    good = app.session_state["measured data"]
    assert good.label == "good.npz"
    assert not app.error
    watched = weakref.ref(next(iter(app.session_state["own sinogram"].files.values())))
    for name, content, sentence in (
        ("nan.npz", sinogram_file(value=np.nan), "12 of 12 views hold values that are not numbers"),
        ("no.npz", sinogram_file(angles=False), "The file holds no angles"),
        ("damaged.npz", b"PK\x03\x04 and no more", "it is damaged or cut short"),
    ):
        uploaded(app, name, content)
        said = [error.value for error in app.error]
        assert sum(sentence in one for one in said) == 1, said
        assert app.session_state["measured data"] is good
        assert watched() is not None  # what was computed of it is not forgotten
        assert any("go on with good.npz" in caption.value for caption in app.caption)
    app.button(key="close sinogram").click().run()
    assert not app.error
    assert isinstance(app.session_state["measured data"].series, TiltSeries)
    assert app.session_state["measured data that were usable"].file is None  # nor held for longer


def test_a_setting_that_makes_no_image_leaves_the_last_that_did():
    app = opened("classical_inversion", a="fbp", b="none", live="false", rays="fan")
    good = app.session_state["measured data"]
    assert not app.error
    for distances, sentence in (
        ((10.0, 1000.0), "The distances magnify 101 times (source to axis 10, axis to detector"),
        ((100.0, 50.0), "must be more than 181.02 widths of a detector from them"),
    ):
        app.session_state["source_axis"], app.session_state["axis_detector"] = distances
        app.run()
        (error,) = app.error
        assert sentence in error.value
    assert app.session_state["measured data"] is good


@pytest.mark.parametrize(
    ("page", "query", "simulated"),
    [
        ("forward", {}, True),
        ("uncertainty", {"step": "honest"}, True),
        ("uncertainty", {"step": "lesion"}, True),
        ("uncertainty", {"step": "networks"}, True),
        ("learned_methods", {"step": "idea", "topic": "after_fbp"}, True),
        ("learned_methods", {"step": "breaks"}, True),
        ("learned_methods", {"step": "plug"}, False),
        ("compare", {}, False),
    ],
)
def test_saved_figures_have_the_name_of_the_scan_that_they_show(page, query, simulated):
    app = opened(page, **query)
    assert any("shows the simulated scan" in info.value for info in app.info) == simulated
    name = app.session_state[SCAN]
    assert name == scan_name(Scan() if simulated else MeasuredScan())

"""The page on volumes, through Streamlit's own test runner, and what it draws."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.geometry.volume_beams import VOLUME_BEAMS, ConeBeam, HelicalBeam, ParallelBeam3D
from core.methods.cgls import CGLS
from core.methods.support.reconstruction import reconstruct
from core.problem.volume_scan import VolumeScan
from core.problem.volumes.shepp_logan import SheppLoganVolume
from core.studies.result_file import reconstruction_bytes
from core.ui.figures.panels import Pixel
from core.ui.volumes import crosshair
from core.ui.volumes.common import about
from core.ui.volumes.drawing import side_view
from core.ui.volumes.surface import _mesh
from tests.helpers.sample_files import npz
from tests.helpers.volume_files import VOLUME, four_d, series

APP = Path(__file__).parents[2] / "streamlit_app.py"
STEPS = ("scan", "reconstruct", "circle", "whole", "truncation")


def opened(step="scan", **values):
    """The page at a step, with what its controls hold."""
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state["step of Volumes"] = step
    app.session_state["volume.size"] = 16
    app.session_state["volume.views"] = 8
    for name, value in values.items():
        app.session_state[f"volume.{name}"] = value
    app.run()
    return app.switch_page("pages/volumes.py").run()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("beam", [member.name for member in VOLUME_BEAMS.members])
def test_every_step_opens_for_every_beam(step, beam):
    app = opened(step, beam=beam)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Volumes"


@pytest.mark.parametrize("image", ["shepp_logan", "balls", "defrise"])
def test_every_volume_can_be_scanned(image):
    app = opened(image=image, kernel="strip")
    assert not app.exception
    assert any("unknown voxels" in caption.value for caption in app.caption)


def test_fdk_of_a_helix_is_refused_in_a_sentence_and_the_others_stay():
    app = opened("reconstruct", beam="helix")
    assert any("not on a helix" in info.value for info in app.info)
    assert any(button.label == "Run Ordered subsets" for button in app.button)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"distance": 0.6}, "The source must stand outside the volume"),
        ({"size": 128, "views": 360, "width": 2.0, "height": 2.0}, "MB is the limit"),
    ],
)
def test_a_scan_that_cannot_be_gets_a_sentence_and_the_usual_scanner(values, words):
    app = opened(**values)
    assert not app.exception
    assert any(words in error.value for error in app.error)
    assert any("stands in for it" in caption.value for caption in app.caption)


def test_a_small_panel_is_told_what_it_misses():
    app = opened(width=0.5)
    assert any("truncated" in caption.value for caption in app.caption)


def test_a_prior_of_images_is_refused():
    app = opened("reconstruct", **{"method": "fista", "fista.prior": "nuclear"})
    assert not app.exception
    assert any("Choose another prior" in error.value for error in app.error)


def test_a_run_ends_with_scores_profiles_and_a_file():
    app = opened("reconstruct", method="cgls")
    next(button for button in app.button if button.label == "Run CGLS").click().run()
    for _ in range(200):
        if any("All 20 iterations done." in info.value for info in app.info):
            break
        app.run()
    assert not app.exception
    assert any("| CGLS |" in text.value for text in app.markdown)
    assert [entry.proto.label for entry in app.get("download_button")] == [
        "Volume and projections as HDF5",
        "Script and files",
    ]
    assert any("volume_beams.ConeBeam(" in code.value for code in app.code)


def test_the_file_holds_volume_and_projections(tmp_path):
    beam = ConeBeam.sized(12).with_angles(4)
    scan = VolumeScan(image=SheppLoganVolume(), size=12, beam=beam)
    result = reconstruct(CGLS(iterations=2), scan.measurement())
    path = tmp_path / "result.h5"
    path.write_bytes(reconstruction_bytes(scan, result))
    with h5py.File(path) as file:
        assert file["volume"].shape == (12, 12, 12)
        assert file["projections"].shape == (4, 12, 12)


def test_one_view_and_an_odd_size_are_a_scan():
    app = opened("reconstruct", size=17, views=1)
    assert not app.exception
    assert not app.error
    assert any("There is one view" in caption.value for caption in app.caption)


def test_a_click_moves_the_cross_hair_to_the_voxel(monkeypatch):
    shape, held = (11, 21, 31), {}
    monkeypatch.setattr(
        crosshair, "keep", lambda parameter, value: held.update({parameter.name: value})
    )
    volume = np.random.default_rng(0).random(shape).astype(np.float32)
    for panel, row, column in ((0, 4, 12), (4, 3, 12), (2, 3, 4)):
        crosshair._move(shape, Pixel(panel=panel, row=row, column=column))
        shares = [held.get(f"volume.{axis}", 50) for axis in "xyz"]
        point = crosshair.Point(
            column=crosshair._index(shares[0], 31),
            row=20 - crosshair._index(shares[1], 21),
            slice=crosshair._index(shares[2], 11),
            shape=shape,
        )
        assert point.places[panel % 3] == (column, row)
        cut = point.slices(volume)[panel % 3]
        assert cut[row, column] == volume[point.slice, point.row, point.column]
        assert not cut.flags.writeable


def test_the_side_view_follows_the_source():
    shape = (32, 32, 32)
    rays, panel = side_view(ConeBeam.sized(32).with_angles(4), shape)
    assert rays.y.shape == (4, 5)
    np.testing.assert_allclose(panel.y.mean(axis=1), 15.5)
    _, climbing = side_view(HelicalBeam.sized(32).with_angles(4), shape)
    assert (np.diff(climbing.y.mean(axis=1)) < 0).all()  # rows count downwards
    level, _ = side_view(ParallelBeam3D.sized(32).with_angles(4), shape)
    np.testing.assert_allclose(level.y[0, 0], level.y[0, 1])


def test_the_surface_lies_in_the_volume_and_is_cut_open():
    volume = SheppLoganVolume().read(32, 32)
    whole = crosshair.Point(column=16, row=31, slice=31, shape=volume.shape)
    corners, faces = _mesh(volume, whole)
    assert 0 <= faces.min() <= faces.max() < len(corners)
    assert -1 <= corners.min() <= corners.max() <= 32
    middle = crosshair.Point(column=16, row=16, slice=16, shape=volume.shape)
    cut, _ = _mesh(volume, middle)
    front = (cut[:, 0] > 18) & (cut[:, 1] > 18)
    assert not front.any()
    nothing, no_faces = _mesh(np.zeros((8, 8, 8), np.float32), whole)
    assert len(nothing) == len(no_faces) == 0


def test_times_are_said_in_few_words():
    assert [about(s) for s in (0.2, 3.14, 42.2, 600)] == [
        "less than a second",
        "about 3.1 s",
        "about 42 s",
        "about 10 min",
    ]


def plain_captions(app):
    """What people read: without the marks that keep a file's name from being Markdown."""
    return [caption.value.replace("\\", "") for caption in app.caption]


def test_ones_own_volume_is_opened_said_and_scanned():
    app = opened(image="upload")
    assert not app.exception
    assert any("No file is open" in caption.value for caption in app.caption)
    field = app.file_uploader(key="volume uploader")
    field.set_value([(name, content, "") for name, content in series().items()]).run()
    assert not app.exception
    captions = plain_captions(app)
    assert "Open: IM006.dcm and 5 files more" in captions
    assert any("are no cubes: they are resampled to cubes of 0.5625 mm" in c for c in captions)
    assert any("unknown voxels" in caption for caption in captions)
    # A file that is bad leaves the one that is open, and all that was made of it.
    app.file_uploader(key="volume uploader").set_value([("four.nii", four_d(), "")]).run()
    assert any("has 4 axes" in error.value for error in app.error)
    assert "Open: IM006.dcm and 5 files more" in plain_captions(app)
    content = npz(one=VOLUME, two=VOLUME[:, :4])
    app.file_uploader(key="volume uploader").set_value([("two.npz", content, "")]).run()
    assert not app.exception
    assert not app.error
    (array,) = (box for box in app.selectbox if box.label == "Array")
    array.set_value("two").run()
    (apart,) = (box for box in app.number_input if box.label.startswith("Distance of slices"))
    apart.set_value(2.0).run()
    assert not app.exception
    assert any("taken to be 2 pixel sides apart" in caption.value for caption in app.caption)
    next(button for button in app.button if button.label == "Close").click().run()
    assert any("No file is open" in caption.value for caption in app.caption)

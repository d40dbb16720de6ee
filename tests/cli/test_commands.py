import json
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from core.cli.arguments import make_parser
from core.cli.negatives import with_negatives
from core.cli.scan_options import scan_of
from core.geometry.beams import FanBeam
from core.geometry.views import EvenViews
from core.methods import METHODS
from core.methods.volumes import OWN_METHODS
from core.parameters import parameters_of
from core.problem import metrics
from core.problem.images import StoredImage
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.projection.projector import reference_projector
from tests.helpers.astra_run import astra_run
from tests.helpers.cli_runner import SMALL, run

ROOT = Path(__file__).parents[2]


def test_the_whole_program_solves(tmp_path):
    """The one test that starts a process: module, exit code, streams and file."""
    out = tmp_path / "result.h5"
    command = [sys.executable, "-m", "core", "solve", "fbp", *SMALL, "--out", str(out), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert "Filtered back-projection" in done.stderr  # the progress bar
    assert json.loads(done.stdout.splitlines()[-1])["method"] == "fbp"
    assert out.exists()


def test_help_imports_nothing_heavy():
    script = (
        "import sys; from core.cli.commands import main; main([]); "
        "sys.exit(bool({'numpy', 'torch', 'astra'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=180
    )
    assert done.returncode == 0
    assert b"solve" in done.stdout


def test_the_help_says_what_an_option_goes_with(capsys):
    code, out, _ = run(capsys, "solve", "fbp", "--help")
    told = " ".join(out.split())
    assert code == 0
    assert "Seed, 0 to 4.29497e+09 (0) (with --noise gaussian, --noise poisson" in told
    assert "Distance source to axis, 1 to 100000 pixels (640) (with --beam fan" in told
    assert "Number of detectors, 1 to 2048 (160) --" in told


def test_fbp_at_the_lectures_scan_has_the_snr_of_astras_own(capsys):
    code, out, _ = run(capsys, "solve", "fbp", "--image", "colin27:22", "--json")
    summary = json.loads(out.splitlines()[-1])
    scan = Scan(image=StoredImage(set="colin27", slice=22))
    truth = scan.image.read(320)
    data = reference_projector(320, scan.beam) @ truth
    expected = metrics.snr(astra_run("FBP", 320, scan.beam, data), truth)
    assert code == 0
    assert summary["snr"] == pytest.approx(expected, abs=0.005)
    assert 15 < summary["snr"] < 16  # as the lecture prints it: 15.5
    assert list(summary) == [
        "method",
        "parameters",
        "snr",
        "psnr",
        "ssim",
        "residual",
        "objective",
        "iterations",
        "seconds",
        "stop",
    ]
    assert summary["parameters"] == {"filter": "ram-lak", "cutoff": 1.0}
    assert (summary["iterations"], summary["stop"]) == (0, "finished")


def test_the_file_holds_the_result_and_how_it_came_about(capsys, tmp_path):
    out = tmp_path / "result.h5"
    options = ["--noise", "gaussian", "--level", "0.02", "--seed", "5", "--set", "filter=hann"]
    code, printed, _ = run(capsys, "solve", "fbp", *SMALL, *options, "--out", str(out), "--json")
    assert code == 0
    summary = json.loads(printed.splitlines()[-1])
    with h5py.File(out) as file:
        assert file["image"].shape == file["truth"].shape == (64, 64)
        assert file["sinogram"].shape == (12, 46)
        assert metrics.snr(file["image"][()], file["truth"][()]) == pytest.approx(summary["snr"])
        assert file["history/snr"][-1] == pytest.approx(summary["snr"])
        assert set(file["history"]) >= {"iteration", "seconds", "objective", "residual"}
        assert dict(file["image"].attrs)["filter"] == "hann"
        about = dict(file.attrs)
    assert (about["size"], about["angles"], about["beam"]) == (64, 12, "parallel")
    assert (about["noise"], about["noise_level"], about["noise_seed"]) == ("gaussian", 0.02, 5)


def test_a_lesion_is_scanned_and_said_in_the_file(capsys, tmp_path):
    out = tmp_path / "result.h5"
    words = "x=0.1,radius=0.1,contrast=-0.3"
    code, _, _ = run(capsys, "solve", "fbp", *SMALL, "--lesion", words, "--out", str(out))
    assert code == 0
    with h5py.File(out) as file:
        change = file["truth"][()] - Scan().image.read(64)
        about = dict(file.attrs)
    assert -0.31 < change.min() < -0.25
    assert (change > 1e-6).sum() == 0
    assert (about["lesion_x"], about["lesion_contrast"]) == (0.1, -0.3)


def test_a_file_of_ones_own_is_scanned(capsys, tmp_path):
    image = tmp_path / "square.npy"
    np.save(image, np.pad(np.ones((20, 20)), 22))
    code, out, _ = run(capsys, "solve", "back_projection", "--image", str(image), *SMALL, "--json")
    assert code == 0
    assert json.loads(out)["method"] == "back_projection"


def test_without_json_it_speaks(capsys):
    code, out, _ = run(capsys, "solve", "fbp", *SMALL)
    assert code == 0
    assert "SNR" in out
    assert "dB" in out


def test_the_list_names_every_method_and_parameter(capsys):
    code, out, _ = run(capsys, "list", "--json")
    table = json.loads(out)
    assert code == 0
    assert [entry["name"] for entry in table] == [m.name for m in (*METHODS, *OWN_METHODS)]
    assert table[1]["title"] == "Filtered back-projection"
    assert table[1]["family"] == "direct"
    cutoff = table[1]["parameters"][1]
    assert cutoff == {"name": "cutoff", "default": 1.0, "low": 0.05, "high": 1.0, "choices": []}
    code, out, _ = run(capsys, "list")
    assert "filter=ram-lak" in out


def test_the_options_make_the_scan():
    def scan_from(*options):
        given = ["solve", "fbp", *options]
        return scan_of(make_parser(given).parse_args(given))

    assert scan_from() == Scan()
    fan = "--beam fan --angles 90 --arc 220 --start 10 --source-origin 700 --size 128"
    scan = scan_from(*fan.split())
    assert scan.beam == FanBeam(views=EvenViews(angles=90, arc=220, start=10), source_origin=700)
    assert scan.size == 128
    noisy = scan_from("--noise", "gaussian")
    assert noisy.noise.level == 0.01
    assert scan_from("--beam", "fan").beam == FanBeam()  # a full turn
    assert scan_from("--projector", "line") == scan_from("--kernel", "line")


def test_a_number_or_a_list_may_begin_with_a_minus():
    given = ["solve", "fbp", "--spacing", "listed", "--angle-list", "-76,-74"]
    tied = with_negatives(given)
    assert tied == ["solve", "fbp", "--spacing", "listed", "--angle-list=-76,-74"]
    assert scan_of(make_parser(tied).parse_args(tied)).beam.angles_deg.tolist() == [-76, -74]
    for number in ("-5", "-.5", "-1e-05"):
        tied = with_negatives(["solve", "fbp", "--start", number])
        assert tied == ["solve", "fbp", f"--start={number}"]
        assert scan_of(make_parser(tied).parse_args(tied)).beam.angles_deg[0] == float(number)


def test_the_help_of_a_method_lists_its_parameters(capsys):
    code, text, _ = run(capsys, "solve", "fbp", "--help")
    assert code == 0
    assert "--cutoff" in text
    assert "Cutoff, 0.05 to 1" in text
    for flag in ("--angles", "--detector-width", "--noise-photons", "--kernel"):
        assert flag in text


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_no_option_of_a_method_is_one_of_the_scan(method):
    names = [parameter.name for parameter in parameters_of(method)]
    given = ["solve", method.name, "--noise", "gaussian", "--noise-seed", "3"]
    given += [word for name in names for word in (f"--{name.replace('_', '-')}", "1")]
    chosen = make_parser(given).parse_args(given)
    assert [getattr(chosen, f"set.{name}") for name in names] == ["1"] * len(names)
    assert scan_of(chosen).noise == GaussianNoise(seed=3)


def test_a_parameter_is_set_by_its_option_or_by_set(capsys):
    for options in (
        ["--cutoff", "0.5", "--filter", "hann"],
        ["--set", "cutoff=0.5", "filter=hann"],
        ["--set", "cutoff=0.5", "--set", "filter=hann"],
    ):
        code, out, _ = run(capsys, "solve", "fbp", *SMALL, *options, "--json")
        assert code == 0
        assert json.loads(out)["parameters"] == {"filter": "hann", "cutoff": 0.5}

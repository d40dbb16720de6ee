import json
import subprocess
import sys
from pathlib import Path

import astra
import h5py
import numpy as np
import pytest
from PIL import Image

from core.methods import METHODS
from core.problem import metrics
from core.problem.geometry import FanBeam
from core.problem.images import StoredImage
from core.problem.projector import reference_projector
from core.problem.scan import Scan
from core.run.arguments import make_parser
from core.run.chosen_scan import scan_of
from core.run.commands import main

ROOT = Path(__file__).parents[2]
SMALL = ["--size", "64", "--angles", "12", "--detectors", "46"]


def run(capsys, *arguments):
    """Run a command in this process; return its exit code, stdout and stderr."""
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = ended.code
    return code, *capsys.readouterr()


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
        "import sys; from core.run.commands import main; main([]); "
        "sys.exit(bool({'numpy', 'torch', 'astra'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=180
    )
    assert done.returncode == 0
    assert b"solve" in done.stdout


def astras_own_fbp(scan, data):
    """FBP by `astra.algorithm` in its defaults, on ASTRA's own projector."""
    operator = reference_projector(scan.size, scan.beam, scan.projector)
    data_id = astra.data2d.create("-sino", operator.proj_geom, data)
    image_id = astra.data2d.create("-vol", operator.vol_geom)
    config = astra.astra_dict("FBP")
    config["ProjectorId"] = operator.projector_id
    config["ProjectionDataId"] = data_id
    config["ReconstructionDataId"] = image_id
    algorithm_id = astra.algorithm.create(config)
    astra.algorithm.run(algorithm_id)
    image = astra.data2d.get(image_id)
    astra.algorithm.delete(algorithm_id)
    astra.data2d.delete([data_id, image_id])
    return image


def test_fbp_at_the_lectures_scan_has_the_snr_of_astras_own(capsys):
    code, out, _ = run(capsys, "solve", "fbp", "--image", "colin27:22", "--json")
    summary = json.loads(out.splitlines()[-1])
    scan = Scan(image=StoredImage(set="colin27", slice=22))
    truth = scan.image.read(320)
    data = reference_projector(320, scan.beam) @ truth
    expected = metrics.snr(astras_own_fbp(scan, data), truth)
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
    assert (about["size"], about["angles"], about["beam"]) == (64, 12, "ParallelBeam")
    assert (about["noise_kind"], about["noise_level"], about["noise_seed"]) == ("gaussian", 0.02, 5)


def test_a_lesion_is_scanned_and_said_in_the_file(capsys, tmp_path):
    out = tmp_path / "result.h5"
    words = "x=0.1,radius=0.1,contrast=-0.3"
    code, _, _ = run(capsys, "solve", "fbp", *SMALL, "--lesion", words, "--out", str(out))
    assert code == 0
    with h5py.File(out) as file:
        change = file["truth"][()] - scan_of(make_parser().parse_args(["solve", "fbp"])).image.read(
            64
        )
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
    assert [entry["name"] for entry in table] == [method.name for method in METHODS]
    assert table[1]["title"] == "Filtered back-projection"
    assert table[1]["family"] == "direct"
    cutoff = table[1]["parameters"][1]
    assert cutoff == {"name": "cutoff", "default": 1.0, "low": 0.05, "high": 1.0, "choices": []}
    code, out, _ = run(capsys, "list")
    assert "filter=ram-lak" in out


def test_the_options_make_the_scan():
    chosen = make_parser().parse_args(["solve", "fbp"])
    assert scan_of(chosen) == Scan()
    fan = "solve fbp --beam fan --angles 90 --arc 220 --start 10 --source-origin 700 --size 128"
    scan = scan_of(make_parser().parse_args(fan.split()))
    assert scan.beam == FanBeam(angles=90, arc_deg=220, start_deg=10, source_origin=700)
    assert scan.size == 128
    noisy = scan_of(make_parser().parse_args(["solve", "fbp", "--noise", "gaussian"]))
    assert noisy.noise.level == 0.01


BAD = {
    "a method that is none": (["magic"], "There is no method 'magic'; the methods are"),
    "no method at all": ([], "METHOD"),
    "a parameter that is none": (["fbp", "--set", "cutof=1"], "fbp has no parameter 'cutof'"),
    "a value that is none": (["fbp", "--set", "cutoff=wide"], "Cutoff must be a number"),
    "a value out of range": (["fbp", "--set", "cutoff=2"], "Cutoff must be from 0.05 to 1"),
    "no value": (["fbp", "--set", "cutoff"], "--set takes NAME=VALUE, not 'cutoff'"),
    "an image that is none": (["fbp", "--image", "nobody"], "'nobody' is no image"),
    "a slice that is none": (["fbp", "--image", "colin27:9999"], "Slice of colin27 must be"),
    "a file that is none": (["fbp", "--image", "a/b.png"], "'a/b.png' is no image"),
    "no angles": (["fbp", "--angles", "0"], "Number of angles must be from 1 to 720, not 0"),
    "a word for a number": (["fbp", "--angles", "many"], "'many'"),
    "a beam that is none": (["fbp", "--beam", "cone"], "Beam must be one of parallel, fan"),
    "a distance without a fan": (["fbp", "--source-origin", "500"], "--beam fan"),
    "a projector of the other beam": (
        ["fbp", "--beam", "fan", "--projector", "linear"],
        "Projector must be one of strip, line",
    ),
    "a level of no noise": (["fbp", "--level", "0.1"], "A level goes with --noise gaussian"),
    "a seed that is just too large": (
        ["fbp", "--seed", "4294967296"],
        "Seed must be from 0 to 4294967295, not 4294967296.",
    ),
    "an arc that is just too long": (
        ["fbp", "--arc", "360.00001"],
        "Arc must be from 0.1 to 360 degrees, not 360.00001.",
    ),
    "a source just inside": (
        ["fbp", "--beam", "fan", "--source-origin", "226.2"],
        "more than 226.27 pixels for a 320×320 image, not 226.2.",
    ),
    "noise that is none": (["fbp", "--noise", "pink"], "Noise must be one of none, gaussian"),
    "an option that is none": (["fbp", "--speed", "9"], "--speed"),
    "a folder that is none": (["fbp", "--out", "/no/such/place.h5"], "There is no folder"),
    "a folder for a file": (["fbp", "--out", "/"], "is a folder"),
}


@pytest.mark.parametrize(("arguments", "sentence"), BAD.values(), ids=BAD)
def test_bad_input_is_one_sentence_and_exit_code_2(capsys, arguments, sentence):
    code, out, err = run(capsys, "solve", *arguments)
    assert code == 2
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1
    assert err.endswith(".\n")


def test_the_image_itself_is_not_written_over(capsys, tmp_path):
    image = tmp_path / "mine.h5"
    with h5py.File(image, "w") as file:
        file["reconstruction_rss"] = np.random.default_rng(0).random((3, 32, 32))
    before = image.read_bytes()
    for words in (f"{image}", f"{image}:1"):
        code, _, err = run(capsys, "solve", "fbp", *SMALL, "--image", words, "--out", str(image))
        assert (code, err.count("\n")) == (2, 1)
        assert "is the image itself" in err
    assert image.read_bytes() == before
    other = tmp_path / "other.h5"
    assert run(capsys, "solve", "fbp", *SMALL, "--image", str(image), "--out", str(other))[0] == 0


def test_a_field_that_cuts_the_image_off_is_said_on_stderr(capsys):
    code, out, err = run(capsys, "solve", "fbp", "--beam", "fan", "--json")
    assert code == 0
    assert "disc of radius 79 pixels whole" in err
    assert "of the image lies outside" in err
    json.loads(out)
    assert "lies outside" not in run(capsys, "solve", "fbp", *SMALL)[2]


def test_a_network_far_from_its_training_is_said_on_stderr(capsys):
    command = ("solve", "unet", "--size", "160", "--detectors", "80", "--projector", "line")
    code, out, err = run(capsys, *command, "--json")
    assert code == 0
    assert "was not trained for this scan: the line projector, trained on strip." in err
    json.loads(out)
    assert "was not trained" not in run(capsys, *command[:-2])[2]
    assert "was not trained" not in run(capsys, "solve", "fbp", *SMALL)[2]


def test_a_reader_who_has_heard_enough_is_no_error():
    command = f"{sys.executable} -m core list | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.startswith("back_projection")
    assert done.stderr == ""


def test_a_truncated_tiff_is_one_sentence(capsys, tmp_path):
    broken = tmp_path / "broken.tif"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)).save(broken)
    broken.write_bytes(broken.read_bytes()[:200])
    code, _, err = run(capsys, "solve", "fbp", "--image", str(broken))
    assert (code, err.count("\n")) == (2, 1)


def test_a_truncated_file_is_one_sentence(capsys, tmp_path):
    broken = tmp_path / "broken.npy"
    np.save(broken, np.ones((64, 64)))
    broken.write_bytes(broken.read_bytes()[:500])
    code, _, err = run(capsys, "solve", "fbp", "--image", str(broken))
    assert (code, err.count("\n")) == (2, 1)


def test_what_is_no_finite_number_becomes_null(capsys, monkeypatch):
    class Empty(StoredImage):
        def read(self, size):
            return np.zeros((size, size), np.float32)

    # The SNR of nothing against nothing is 0/0, and so is a residual relative to no data.
    monkeypatch.setattr("core.run.chosen_scan.parse_image", lambda text: Empty())
    code, out, _ = run(capsys, "solve", "fbp", *SMALL, "--json")
    assert code == 0
    summary = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert (summary["snr"], summary["residual"], summary["objective"]) == (None, None, 0.0)
    code, out, _ = run(capsys, "solve", "fbp", *SMALL)
    assert code == 0
    assert "SNR" not in out
